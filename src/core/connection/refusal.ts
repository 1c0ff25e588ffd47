import { commandName } from './commandName';
import { ServerReplyError } from './connectionError';
import type { CommandWords } from './types';

/** True for the error ioredis makes of an error reply: the server is well, it only said no. */
export function isErrorReply(error: unknown): error is Error & { name: 'ReplyError' } {
  return error instanceof Error && error.name === 'ReplyError';
}

/** What `node` said instead of doing `words`. The error ioredis made is dropped: it carries every argument, passwords too. */
export function refusal(node: string, words: CommandWords, reply: string): ServerReplyError {
  const command = commandName(words);
  const text = clip(withoutSecrets(reply, words));
  return new ServerReplyError(node, command, text, remedyFor(text, command));
}

/** Servers say what is wrong in fewer characters. */
const LONGEST_REPLY = 500;

// Behind the secrets: half of one would be no secret any more to whoever looks for it.
function clip(text: string): string {
  return text.length > LONGEST_REPLY ? `${text.slice(0, LONGEST_REPLY - 1)}…` : text;
}

// "unknown command" repeats the arguments; ACL SETUSER and others quote the one they dislike.
function withoutSecrets(reply: string, words: CommandWords): string {
  const text = reply.trim().replace(/, with args beginning with:.*$/s, '.');
  return secretsIn(words)
    .filter(secret => secret !== '')
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

function secretsIn([name, ...words]: CommandWords): string[] {
  const texts = words.map(String);
  const after = (word: RegExp) => texts.slice(texts.findIndex(text => word.test(text)) + 1 || texts.length);
  switch (name.toUpperCase()) {
    case 'AUTH':
      return texts;
    case 'MIGRATE':
      return migrateSecrets(texts);
    case 'HELLO':
      return after(/^auth2?$/i).filter(text => !/^(auth2?|keys|setname|copy|replace)$/i.test(text));
    case 'ACL':
      return texts.flatMap(text => (/^[<>#!]/.test(text) ? [text, text.slice(1)] : []));
    case 'CONFIG':
      return texts.filter((_, index) => index >= 2 && index % 2 === 0);
    default:
      return [];
  }
}

// The keys behind are no secrets, and one named like a word of the reply would make it unreadable.
function migrateSecrets(texts: readonly string[]): string[] {
  const options = texts.slice(0, texts.findIndex(text => /^keys$/i.test(text)) + 1 || texts.length);
  const at = options.findIndex((text, index) => index >= 5 && /^auth2?$/i.test(text));
  return at < 0 ? [] : options.slice(at + 1, at + (/2$/.test(options[at]!) ? 3 : 2));
}

function remedyFor(reply: string, command: string): string | undefined {
  if (reply.startsWith('NOPERM')) {
    const rule = `+${command.toLowerCase().replace(' ', '|')}`;
    return `Give the user this right with ACL SETUSER <user> ${rule}, or connect as another user.`;
  }
  if (reply.startsWith('LOADING')) return 'Wait until it has read its data from disk.';
  if (reply.startsWith('BUSY '))
    return 'A script or function is running there; end it with SCRIPT KILL or FUNCTION KILL, or wait.';
  if (reply.startsWith('MISCONF')) return "Look at the server's log and free disk space.";
  return undefined;
}
