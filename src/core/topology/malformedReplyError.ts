import { ClusterError } from './clusterError';

/** The part of a reply that cannot be understood. */
export interface ReplyLine {
  /** Counted from 1; for a reply without lines, the element. */
  number: number;
  text: string;
}

const CLIP_LENGTH = 200;

/** A node answered, but not with what the command answers: a proxy, another service, a damaged or an unknown format. */
export class MalformedReplyError extends ClusterError {
  override name = 'MalformedReplyError' as const;
  readonly command: string;
  /** Its text is clipped to 200 characters. Absent when the reply as a whole is wrong. */
  readonly line: ReplyLine | undefined;

  /** `reason` is the end of a sentence: `it has 3 fields instead of 8 or more`. */
  constructor(node: string, command: string, reason: string, line?: ReplyLine) {
    const clipped = line && { number: line.number, text: clip(line.text) };
    const where = clipped ? `line ${clipped.number} of its answer to ${command}` : `its answer to ${command}`;
    const quote = clipped ? ` The line is "${clipped.text}".` : '';
    super('malformedReply', `${node} sent something that cannot be understood: in ${where}, ${reason}.${quote}`, {
      node,
      now: 'The answer was not used.',
      remedy: `Check that ${node} is a Redis or Valkey server itself, not a proxy or another service.`,
    });
    this.command = command;
    this.line = clipped;
  }
}

function clip(text: string): string {
  return text.length <= CLIP_LENGTH ? text : `${text.slice(0, CLIP_LENGTH - 3)}...`;
}
