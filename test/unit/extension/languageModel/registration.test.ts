import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import { registerLanguageModelTools, type ToolHost } from '../../../../src/extension/languageModel/registerTools';
import { toolInputs, toolNames } from '../../../../src/extension/languageModel/toolInputs';
import type { ToolParts } from '../../../../src/extension/languageModel/tools';
import { silentLog } from '../fakes';

interface DeclaredTool {
  name: string;
  inputSchema: object;
  modelDescription: string;
}

const declared = (
  JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: { languageModelTools: DeclaredTool[] } }
).contributes.languageModelTools;

describe('the tools for language models', () => {
  it('are declared as they are registered, with the input that is taken', () => {
    assert.deepEqual(
      declared.map(({ name }) => name),
      toolNames,
    );
    for (const { name, inputSchema } of declared)
      assert.deepEqual(
        withoutWords(inputSchema),
        withoutWords(z.toJSONSchema(toolInputs[name as keyof typeof toolInputs])),
        name,
      );
  });

  it('say of themselves that they only read', () => {
    for (const { name, modelDescription } of declared)
      assert.match(modelDescription, /Read-only\.|changes nothing and cannot run the plan/, name);
  });

  it('tell what leaves the machine before they are run, and answer with text', async () => {
    const host = fakeHost();
    registerLanguageModelTools(host, noClusters, silentLog());
    assert.deepEqual([...host.tools.keys()], toolNames);
    for (const tool of host.tools.values()) {
      const prepared = (await tool.prepareInvocation?.({ input: {} }, neverCancelled)) as vscode.PreparedToolInvocation;
      assert.match(prepared.confirmationMessages?.message as string, /is given addresses.* Nothing is changed\./);
      const result = (await tool.invoke(
        { input: { action: 'balanceRoles' }, toolInvocationToken: undefined },
        neverCancelled,
      )) as FakeResult;
      assert.equal(typeof result.content[0]?.value, 'string');
    }
  });

  it('are taken back with the extension', () => {
    const host = fakeHost();
    registerLanguageModelTools(host, noClusters, silentLog()).dispose();
    assert.equal(host.tools.size, 0);
  });

  it('are left out where the editor has no such thing', () => {
    for (const lm of [undefined, {}])
      registerLanguageModelTools({ ...fakeHost(), lm } as ToolHost, noClusters, silentLog()).dispose();
  });

  it('answer nobody who has turned away', async () => {
    const host = fakeHost();
    const token = { ...neverCancelled, isCancellationRequested: true };
    const stuck = {
      ...noClusters,
      store: { sessions: [{ definition: { name: 'a' }, lookNow: () => new Promise(() => undefined) }] },
    };
    registerLanguageModelTools(host, stuck as unknown as ToolParts, silentLog());
    const tool = host.tools.get('redis_cluster_topology')!;
    await assert.rejects(async () => tool.invoke({ input: {}, toolInvocationToken: undefined }, token), /cancelled/);
  });
});

interface FakeResult {
  content: { value: string }[];
}

const neverCancelled = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};

const noClusters: ToolParts = {
  store: { sessions: [] },
  journal: () => assert.fail('nothing is planned'),
  latencyMilliseconds: () => 20,
};

function fakeHost() {
  const tools = new Map<string, vscode.LanguageModelTool<unknown>>();
  class Disposable {
    static from(...all: Disposable[]): Disposable {
      return new Disposable(() => all.forEach(each => each.dispose()));
    }
    constructor(readonly dispose: () => void) {}
  }
  const lm = {
    registerTool: (name: string, tool: vscode.LanguageModelTool<unknown>) => {
      tools.set(name, tool);
      return new Disposable(() => tools.delete(name));
    },
  };
  class LanguageModelTextPart {
    constructor(readonly value: string) {}
  }
  class LanguageModelToolResult {
    constructor(readonly content: LanguageModelTextPart[]) {}
  }
  const host = { lm, Disposable, LanguageModelTextPart, LanguageModelToolResult };
  return { ...(host as unknown as ToolHost), tools };
}

/** The words in it are for the model alone. */
function withoutWords(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === 'description' || key === '$schema' ? undefined : value)),
  );
}
