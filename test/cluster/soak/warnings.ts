/** What the runtime warned of from now on, for example of listeners that may leak. */
export function hearWarnings(): readonly string[] {
  const heard: string[] = [];
  process.on('warning', ({ name, message }) => heard.push(`${name}: ${message}`));
  return heard;
}
