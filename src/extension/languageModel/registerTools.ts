import { l10n } from 'vscode';
import type * as vscode from 'vscode';
import type { Log } from '../log';
import { answerTool, type ToolParts } from './tools';
import { toolNames, type ToolName } from './toolInputs';

/** As much of VS Code's API as the tools need; an editor built on an older one has no `lm`. */
export type ToolHost = Pick<typeof vscode, 'LanguageModelTextPart' | 'LanguageModelToolResult' | 'Disposable'> & {
  lm?: Partial<Pick<typeof vscode.lm, 'registerTool'>>;
};

const longestMilliseconds = 60_000;

/** Lets language models ask about the clusters. They are told first-hand and can change nothing. */
export function registerLanguageModelTools(host: ToolHost, parts: ToolParts, log: Log): vscode.Disposable {
  const { lm } = host;
  const registrations = toolNames.map(name => lm?.registerTool?.(name, toolOf(name, host, parts, log)));
  return host.Disposable.from(...registrations.filter(registration => registration !== undefined));
}

function toolOf(name: ToolName, host: ToolHost, parts: ToolParts, log: Log): vscode.LanguageModelTool<unknown> {
  return {
    prepareInvocation: () => ({
      invocationMessage:
        name === 'redis_cluster_plan' ? l10n.t('Planning for a Redis cluster') : l10n.t('Looking at a Redis cluster'),
      confirmationMessages: {
        title: name === 'redis_cluster_plan' ? l10n.t('Plan for a Redis Cluster') : l10n.t('Look at a Redis Cluster'),
        message: l10n.t(
          'The language model is given addresses, roles, slots, figures and problems of the cluster. Passwords and keys are not. Nothing is changed.',
        ),
      },
    }),
    invoke: async ({ input }, token) => {
      const cancelling = new AbortController();
      const listening = token.onCancellationRequested(() => cancelling.abort(new Error(l10n.t('It was cancelled.'))));
      if (token.isCancellationRequested) cancelling.abort(new Error(l10n.t('It was cancelled.')));
      try {
        const signal = AbortSignal.any([cancelling.signal, AbortSignal.timeout(longestMilliseconds)]);
        const text = await answerTool(name, input, parts, signal);
        log.info('languageModel', `${name}: answered with ${text.length} characters.`);
        return new host.LanguageModelToolResult([new host.LanguageModelTextPart(text)]);
      } catch (error) {
        log.warn('languageModel', `${name}: ${String(error)}`);
        throw error;
      } finally {
        listening.dispose();
      }
    },
  };
}
