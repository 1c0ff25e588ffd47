import { PlanError, type Plan } from '../../core/index';

/** So often a cluster that changes while it is looked at is looked at again. */
const mostLooks = 5;

/**
 * Makes a plan from two looks, at the cluster and at something else: `look` is taken again when the cluster changed between
 * the two. Rejects like `look` and `plan`.
 */
export async function planFresh<Facts>(
  look: () => Promise<Facts>,
  plan: (facts: Facts) => Plan | Promise<Plan>,
): Promise<Plan> {
  for (let looks = 1; ; looks++) {
    const facts = await look();
    try {
      return await plan(facts);
    } catch (error) {
      if (!(error instanceof PlanError) || error.code !== 'staleInspection' || looks === mostLooks) throw error;
    }
  }
}
