import type { Snapshot, ToPage } from '../../shared/pageProtocol';
import { applyChanges, snapshotChanges } from '../../shared/snapshotChanges';

/** Sends a page the first snapshot whole, and of those after it what changed. `post`: false when it did not reach the page. */
export class SnapshotSender {
  #sent: Snapshot | undefined;

  constructor(private readonly post: (message: ToPage) => PromiseLike<boolean>) {}

  /** `snapshot` must not be changed afterwards, and have a higher version than the one before. */
  send(snapshot: Snapshot): void {
    const changes = this.#sent && snapshotChanges(this.#sent, snapshot);
    // Of a thousand nodes those that are as they were are kept once, and not moved through memory with every poll.
    this.#sent = (changes && this.#sent && applyChanges(this.#sent, changes)) ?? snapshot;
    void this.post(changes ? { type: 'changes', changes } : { type: 'snapshot', snapshot }).then(reached => {
      if (!reached) this.forget();
    });
  }

  /** The page may know nothing any more: it gets the next one whole. */
  forget(): void {
    this.#sent = undefined;
  }
}
