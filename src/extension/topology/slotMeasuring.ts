import type { ClusterClient } from '../../core/index';
import type { SlotFigureName, ToPage } from '../../shared/pageProtocol';

/** Measures slots for one page, one figure at a time and only when asked; what nobody waits for any more is broken off. */
export class SlotMeasuring {
  #running: AbortController | undefined;

  constructor(
    private readonly client: () => Promise<Pick<ClusterClient, 'measureSlotFigures'>>,
    private readonly post: (message: ToPage) => void,
  ) {}

  /** Answers by a message, whatever comes of it, unless it is stopped or another one begins. Never rejects. */
  async measure(by: SlotFigureName): Promise<void> {
    this.stop();
    const running = new AbortController();
    this.#running = running;
    const answer = await this.#ask(by, running.signal);
    if (this.#running !== running) return;
    this.#running = undefined;
    this.post(answer);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  async #ask(by: SlotFigureName, signal: AbortSignal): Promise<ToPage> {
    try {
      const client = await this.client();
      const { values, measuredAtMilliseconds, sampledNodeIds, missing } = await client.measureSlotFigures({
        by,
        signal,
      });
      return {
        type: 'slotFigures',
        by,
        values: [...values],
        atMilliseconds: measuredAtMilliseconds,
        ...(sampledNodeIds.length > 0 && { sampled: true }),
        missing: missing.map(each => ({ ...each })),
      };
    } catch (error) {
      return { type: 'slotFiguresFailed', by, reason: error instanceof Error ? error.message : String(error) };
    }
  }
}
