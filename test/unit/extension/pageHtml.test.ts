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
      "default-src 'none'; style-src https://page.example; font-src https://page.example; img-src https://page.example; script-src 'nonce-NONCE'; base-uri 'none'; form-action 'none'",
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

  it("says which language it speaks: English, unless it has the words of the editor's", () => {
    assert.match(pageHtml({ ...parts, language: 'de' }), /<html lang="en">/);
    assert.match(pageHtml({ ...parts, language: 'zh-cn', words: {} }), /<html lang="zh-cn">/);
  });

  it('brings the words as data, whatever stands in them', () => {
    const words = { '{0} "nodes" <b>': '</script><script>alert(1)</script>', 'a<!--': '\u2028' };
    const html = pageHtml({ ...parts, language: 'zh-cn', words });
    const data = /<script type="application\/json" id="words">([^<]*)<\/script>/.exec(html)?.[1];
    assert.deepEqual(JSON.parse(data ?? ''), words);
    assert.equal(html.match(/<script/g)?.length, 2);
  });

  it('makes a new nonce each time', () => {
    assert.notEqual(pageHtml(parts), pageHtml(parts));
  });
});
