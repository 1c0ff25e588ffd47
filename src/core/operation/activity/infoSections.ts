/** A part of INFO under its heading, in the server's order. */
export interface InfoSection {
  /** `Memory` */
  title: string;
  fields: readonly InfoField[];
  /** Fields that were too many to keep. */
  leftOut: number;
}

export interface InfoField {
  name: string;
  /** As sent, at most 200 characters. */
  value: string;
}

const MOST_SECTIONS = 40;
/** Memory and Stats of the newest servers have about 80. */
const MOST_FIELDS = 150;
const LONGEST_VALUE = 200;

/** The text of INFO: `# Heading`, then `name:value` lines. A line of another form is no field; a part without fields is left out. */
export function infoSections(text: string): InfoSection[] {
  const sections: { title: string; fields: InfoField[]; leftOut: number }[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) sections.push({ title: line.slice(1).trim(), fields: [], leftOut: 0 });
    const section = sections.at(-1);
    const colon = line.indexOf(':');
    if (!section || line.startsWith('#') || colon <= 0) continue;
    if (section.fields.length === MOST_FIELDS) section.leftOut++;
    else section.fields.push({ name: line.slice(0, colon), value: shortened(line.slice(colon + 1)) });
  }
  return sections.filter(({ fields }) => fields.length > 0).slice(0, MOST_SECTIONS);
}

function shortened(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE - 1)}…` : value;
}
