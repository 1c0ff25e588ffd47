/** Every word of the what-if but those of the loss itself, which come from the extension. */
export const whatIfStrings = {
  label: 'What if',
  title: (name: string): string => `What if ${name} died?`,
  onlyThought: 'Only a thought: nothing is done.',
  asking: 'Working it out…',
  close: 'Leave the what-if (Esc)',
  node: {
    dies: 'dies',
    down: 'dies, slots down',
    takesOver: 'takes over',
    notElected: 'not elected',
  },
  shardDown: 'down',
  shardTakenOver: 'taken over',
  ask: 'What if…',
  askTitle: (name: string | undefined): string =>
    name === undefined ? 'Choose a host or a node first: what if it died? (w)' : `What if ${name} died? (w)`,
};
