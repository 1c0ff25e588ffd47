import * as z from 'zod/mini';
import type { Plan } from '../plan/types';
import { isPlan } from './planShape';

/** The version of the file's shape; a file of another version is listed as unreadable. */
export const journalFormatVersion = 1;

const processFields = {
  pid: z.number(),
  /** Tells the process from a later one with the same pid; empty where the system does not say. */
  processStart: z.string(),
  host: z.string(),
};

const nodeRef = z.object({ id: z.string(), address: z.string() });

/** First line of a journal file. */
export const journalHeader = z.object({
  formatVersion: z.literal(journalFormatVersion),
  id: z.string(),
  // The runner needs steps and pictures it can walk; a plan of this version was checked when it was made.
  plan: z.custom<Plan>(isPlan, 'is not a plan of format version 1'),
  startedAt: z.string(),
  ...processFields,
});
export type JournalHeader = z.infer<typeof journalHeader>;

/** Every later line. Never holds a secret. */
export const journalRecord = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stepStarted'), index: z.number(), at: z.string() }),
  z.object({ type: z.literal('stepDone'), index: z.number(), at: z.string() }),
  /** These were empty and knew nobody just before the first change: only they may ever be reset. */
  z.object({ type: z.literal('foundEmpty'), nodes: z.array(nodeRef) }),
  /** What a setting was before `value` was put in its place. */
  z.object({
    type: z.literal('setting'),
    node: nodeRef,
    parameter: z.string(),
    original: z.string(),
    value: z.string(),
  }),
  z.object({ type: z.literal('settingRestored'), node: nodeRef, parameter: z.string() }),
  /** The node was told to write its configuration file. */
  z.object({ type: z.literal('configRewritten'), node: nodeRef }),
  /** On its way to the node: it may have got it. */
  z.object({ type: z.literal('commandSent'), node: nodeRef }),
  z.object({ type: z.literal('commandAnswered'), node: nodeRef, state: z.enum(['done', 'refused']) }),
  /** FUNCTION DUMP before, base64; `null` for a node that had none. */
  z.object({ type: z.literal('functions'), node: nodeRef, dump: z.nullable(z.string()) }),
  z.object({ type: z.literal('functionsRestored'), node: nodeRef }),
  /** The node was reset and stood alone, under a new id. */
  z.object({ type: z.literal('nodeReset'), node: nodeRef, newId: z.string() }),
  /** The node answers at another address than the plan has. */
  z.object({ type: z.literal('nodeMoved'), node: nodeRef, address: z.string() }),
  /** Another process went on with it. */
  z.object({
    type: z.literal('continued'),
    mode: z.enum(['resume', 'rollBack']),
    at: z.string(),
    ...processFields,
  }),
  z.object({
    type: z.literal('outcome'),
    outcome: z.enum(['completed', 'cancelled', 'failed']),
    message: z.string(),
    notes: z.array(z.string()),
    /** Nothing is left to put back. */
    settled: z.boolean(),
    at: z.string(),
  }),
  z.object({ type: z.literal('dismissed'), at: z.string() }),
]);
export type JournalRecord = z.infer<typeof journalRecord>;
