import * as z from 'zod/mini';

export const toolNames = ['redis_cluster_topology', 'redis_cluster_health', 'redis_cluster_plan'] as const;

export type ToolName = (typeof toolNames)[number];

export type PlanInput = z.infer<(typeof toolInputs)['redis_cluster_plan']>;

const word = z.string().check(z.minLength(1), z.maxLength(200));
const cluster = z.optional(word);

/** The same as package.json says of each tool's input; a test holds both together. */
export const toolInputs = {
  redis_cluster_topology: z.strictObject({ cluster }),
  redis_cluster_health: z.strictObject({ cluster }),
  redis_cluster_plan: z.strictObject({
    cluster,
    action: z.enum([
      'failover',
      'replaceNode',
      'addNode',
      'removeNode',
      'moveReplica',
      'balanceRoles',
      'balanceSlots',
      'reshard',
    ]),
    node: z.optional(word),
    mode: z.optional(z.enum(['graceful', 'force', 'takeover'])),
    spare: z.optional(word),
    as: z.optional(z.enum(['spare', 'replica', 'master'])),
    master: z.optional(word),
    slots: z.optional(word),
    from: z.optional(z.array(word).check(z.maxLength(1000))),
    to: z.optional(word),
    by: z.optional(z.enum(['slots', 'keys', 'memory', 'load'])),
    includeEmpty: z.optional(z.boolean()),
  }),
} satisfies Record<ToolName, unknown>;
