import assert from 'node:assert/strict';
import { pageHtml } from '../../../src/extension/topology/pageHtml';

const parts = {
  cspSource: 'https://page.example',
  scriptUri: 'https://page.example/topology.js',
  styleUris: ['https://page.example/a.css'],
  title: 'A <b>"cluster"</b> & more',
  language: 'en',
};

describe('pageHtml', () => {
  it('allows nothing but its own files and the one script with the nonce', () => {
    const html = pageHtml(parts, 'NONCE');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    assert.equal(
      policy,
      "default-src 'none'; style-src https://page.example; font-src https://page.example; img-src https://page.example; script-src 'nonce-NONCE'",
    );
    assert.doesNotMatch(policy, /unsafe|\*/);
  });

  it('has no inline style or script', () => {
    const html = pageHtml(parts);
    assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=/);
    assert.equal(html.match(/<script[^>]*>([^<]*)<\/script>/)?.[1], '');
  });

  it('escapes the title', () => {
    assert.match(pageHtml(parts), /<title>A &lt;b&gt;&quot;cluster&quot;&lt;\/b&gt; &amp; more<\/title>/);
  });

  it('makes a new nonce each time', () => {
    assert.notEqual(pageHtml(parts), pageHtml(parts));
  });
});
