import { PlanError, type OperationResult } from '../../core/index';

type Balancing = () => Promise<OperationResult | undefined>;

/**
 * Balances the roles and then the slots. Roles that are balanced already are told, and no reason to leave the slots; whoever
 * turns the first plan down has not asked for the second.
 */
export async function rolesThenSlots(
  balanceRoles: Balancing,
  balanceSlots: Balancing,
  tell: (message: string) => void,
): Promise<OperationResult | undefined> {
  try {
    const roles = await balanceRoles();
    if (roles?.outcome !== 'completed') return roles;
  } catch (error) {
    if (!(error instanceof PlanError && error.code === 'alreadyBalanced')) throw error;
    tell(error.message);
  }
  return balanceSlots();
}
