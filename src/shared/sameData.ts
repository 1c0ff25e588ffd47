/** Whether two pieces of plain data, as JSON has it, say the same; a field that is undefined counts as absent. */
export function isSameData(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => isSameData(item, other[index]));
  }
  const [fields, others] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const names = Object.keys(fields);
  if (!names.every(name => fields[name] === others[name] || isSameData(fields[name], others[name]))) return false;
  // As many, and none of them undefined: the other one has no more.
  const otherNames = Object.keys(others);
  if (names.length === otherNames.length && names.every(name => fields[name] !== undefined)) return true;
  return otherNames.every(name => others[name] === undefined || fields[name] !== undefined);
}
