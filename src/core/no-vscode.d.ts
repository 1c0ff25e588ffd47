// Stands in for 'vscode' when the core is type-checked, so that no import of it compiles there.
export {};
