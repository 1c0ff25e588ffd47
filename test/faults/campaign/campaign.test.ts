import assert from 'node:assert/strict';
import { drawCase, faults, operations } from './cases';
import { sayLine } from './report';
import { runCase, type Outcome } from './runCase';

const seed = Number(process.env.RCM_SEED ?? 1);
/** Cases spend most of their time waiting. */
const atOnce = 2;

/** The short form of `npm run faults`: so many cases in a row hold every operation and every fault. */
describe(`faults at random moments of operations (RCM_SEED=${seed})`, function () {
  this.timeout(300_000);
  const cases = faults.map((_, number) => drawCase(seed, number));
  let outcomes: Promise<Outcome>[] = [];

  before(() => {
    outcomes = inTurns(cases.map(drawn => () => runCase(drawn)));
  });
  after(() => Promise.allSettled(outcomes));

  it('hold every operation and every fault', () => {
    assert.deepEqual(new Set(cases.map(({ operation }) => operation)), new Set(operations));
    assert.deepEqual(new Set(cases.map(({ fault }) => fault)), new Set(faults));
  });

  for (const [index, drawn] of cases.entries()) {
    const { operation, fault, masters, replicasPerMaster } = drawn;
    const size = `${masters} masters with ${replicasPerMaster} of each`;
    it(`${operation} with ${size}, ${fault}: the cluster is whole and has every acknowledged key`, async () => {
      const outcome = await outcomes[index]!;
      assert.equal(outcome.verdict, 'ok', sayLine({ ...drawn, ...outcome, server: '' }));
    });
  }
});

/** So many at once, the next when one has ended. */
function inTurns<T>(tasks: readonly (() => Promise<T>)[]): Promise<T>[] {
  const lanes: Promise<unknown>[] = Array.from({ length: atOnce }, () => Promise.resolve());
  return tasks.map((task, index) => {
    const result = lanes[index % atOnce]!.then(task);
    lanes[index % atOnce] = result.catch(() => undefined);
    return result;
  });
}
