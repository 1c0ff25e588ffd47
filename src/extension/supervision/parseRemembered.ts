import * as z from 'zod/mini';
import type { Supervisor } from '../../core/index';

type Remembered = ReturnType<Supervisor['remember']>;

const node = { id: z.string(), address: z.string() };

const subject = z.object({ ...node, slots: z.string() });

const act = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('failBack'), subject }),
  z.object({ kind: z.literal('replace'), subject, spare: z.object(node) }),
  z.object({ kind: z.literal('forget'), subject }),
  z.object({ kind: z.literal('balanceRoles') }),
]);

const Schema = z.object({
  tombstones: z.array(
    z.object({
      ...node,
      replacedBy: z.object(node),
      atMilliseconds: z.number(),
      bannedUntilMilliseconds: z.optional(z.number()),
    }),
  ),
  acts: z.array(
    z.object({
      kind: z.enum(['failBack', 'replace', 'forget', 'balanceRoles']),
      nodeId: z.optional(z.string()),
      atMilliseconds: z.number(),
    }),
  ),
  failure: z.optional(
    z.object({
      act,
      code: z.string(),
      reason: z.string(),
      remedy: z.string(),
      node: z.optional(z.string()),
      wasLost: z.optional(z.boolean()),
    }),
  ),
  flapping: z.optional(subject),
  returned: z.optional(z.unknown()),
  coolDownUntilMilliseconds: z.optional(z.number()),
});

const Returned = z.array(z.string().check(z.maxLength(80))).check(z.maxLength(100));

/** What an earlier window kept; undefined when there is nothing, or nothing that can be read. */
export function parseRemembered(value: unknown): Remembered | undefined {
  const parsed = Schema.safeParse(value);
  if (!parsed.success) return undefined;
  const { returned, ...remembered } = parsed.data;
  const told = Returned.safeParse(returned);
  // Where that cannot be read something is told twice at the worst.
  return { ...remembered, ...(told.success && { returned: told.data }) } as Remembered;
}
