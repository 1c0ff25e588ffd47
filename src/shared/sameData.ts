/** Whether two pieces of plain data, as JSON has it, say the same; a field that is undefined counts as absent. */
export function isSameData(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isSameData(item, other[index]))
    );
  const [fields, others] = [one as Record<string, unknown>, other as Record<string, unknown>];
  for (const name in fields) if (!isSameData(fields[name], others[name])) return false;
  for (const name in others) if (others[name] !== undefined && fields[name] === undefined) return false;
  return true;
}
