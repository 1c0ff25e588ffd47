/** Does the work when asked; asked while it is being done, it is done once more after that. Work must not reject. */
export function afresh(work: () => Promise<void>): () => void {
  let isWorking = false;
  let isAskedAgain = false;
  const begin = async (): Promise<void> => {
    isWorking = true;
    do {
      isAskedAgain = false;
      await work();
    } while (isAskedAgain);
    isWorking = false;
  };
  return () => {
    if (isWorking) isAskedAgain = true;
    else void begin();
  };
}
