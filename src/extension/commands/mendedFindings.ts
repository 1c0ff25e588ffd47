import { SlotSet, type CheckReport, type Plan } from '../../core/index';

type Finding = CheckReport['findings'][number];

/** A report of a check without the stray keys that a fix, which ran to its end, has brought home. The same one if none. */
export function withoutMended(report: CheckReport, { steps }: Pick<Plan, 'steps'>): CheckReport {
  const treated = steps.flatMap(step => (step.kind === 'checkFix' ? [SlotSet.parse(step.slots)] : []));
  const mended = treated.reduce((all, slots) => all.union(slots), SlotSet.empty);
  const searched = new Set(
    steps.flatMap(step =>
      step.kind === 'moveStrays'
        ? step.strays.filter(({ keys }) => keys === undefined).map(({ holder }) => holder.id)
        : [],
    ),
  );
  const isMended = ({ code, slots, nodeIds: [holder = ''] }: Finding): boolean =>
    code === 'strayKeys' && (slots ? slots.difference(mended).isEmpty : searched.has(holder));
  const findings = report.findings.filter(finding => !isMended(finding));
  return findings.length === report.findings.length ? report : { ...report, findings };
}
