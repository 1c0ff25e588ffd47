import * as vscode from 'vscode';
import { answerOf } from './answerOf';
import { compose, type ComposeRequest } from './compose';

/** One row of a list to choose from. */
export interface Choice<Value> {
  label: string;
  description?: string;
  detail?: string;
  picked?: boolean;
  value: Value;
}

export interface InputRequest {
  title: string;
  prompt: string;
  value?: string;
  placeholder?: string;
  password?: boolean;
  /** The reason why the text will not do, undefined when it will. */
  validate?: (text: string) => string | undefined;
  /** Offers a way back: gets what stands in the box, which then closes without an answer. */
  back?: ((text: string) => void) | undefined;
}

export interface PickSteps {
  /** The label of the row to begin at. */
  at?: string | undefined;
  /** Offers a way back: gets the label of the row one is at. */
  back?: ((at: string) => void) | undefined;
}

export interface ConfirmRequest {
  question: string;
  /** What will happen, node by node. */
  detail: string;
  /** On the button: `Create`, `Kill`. */
  verb: string;
  /** A second button that shows more first; the question is then asked again, beside what was shown. */
  more?: { label: string; show: () => Thenable<unknown> };
  /** A button that shows it elsewhere, for as long as the person looks: true asks again, false turns away. */
  look?: { label: string; show: () => Promise<boolean> } | undefined;
  /** Nothing is interrupted and nothing lost: asked without the sign of a warning. */
  harmless?: boolean;
}

/** Everything the extension asks a person. Undefined (or false) means: the person turned away, do nothing. */
export interface Prompts {
  confirm(request: ConfirmRequest): Promise<boolean>;
  input(request: InputRequest): Promise<string | undefined>;
  /** A line that is completed while it is typed. */
  compose(request: ComposeRequest): Promise<string | undefined>;
  pick<Value>(
    choices: readonly Choice<Value>[],
    title: string,
    placeholder: string,
    steps?: PickSteps,
  ): Promise<Value | undefined>;
  pickMany<Value>(choices: readonly Choice<Value>[], title: string, placeholder: string): Promise<Value[] | undefined>;
  /** The path of a folder on this machine. */
  pickFolder(title: string, verb: string): Promise<string | undefined>;
  /** Never waited for: the way out is an offer, not a question. */
  tell(message: string, ...actions: { label: string; run: () => unknown }[]): void;
  /** The same of something that went wrong or wants a person. */
  warn(message: string, ...actions: { label: string; run: () => unknown }[]): void;
  /** An error that needs a choice to go on; Enter presses the first. `detail`: below the message, one thing per line. */
  offer<Value>(
    message: string,
    choices: readonly { label: string; value: Value }[],
    options?: { detail?: string },
  ): Promise<Value | undefined>;
}

export function createPrompts(): Prompts {
  return { confirm, input, compose, pick, pickMany, pickFolder, tell, warn, offer };
}

async function confirm(request: ConfirmRequest): Promise<boolean> {
  const { question, detail, verb, more, look, harmless = false } = request;
  const buttons = [verb, ...(look ? [look.label] : []), ...(more ? [more.label] : [])];
  const options = { modal: true, detail };
  const answer = await (harmless
    ? vscode.window.showInformationMessage(question, options, ...buttons)
    : vscode.window.showWarningMessage(question, options, ...buttons));
  if (answer === verb) return true;
  if (look && answer === look.label) return (await look.show()) && confirm(request);
  if (!more || answer !== more.label) return false;
  await more.show();
  const choices = [
    { label: `$(check) ${verb}`, value: true },
    { label: `$(close) ${vscode.l10n.t('Do Nothing')}`, value: false },
  ];
  return (await pick(choices, question, question)) ?? false;
}

async function input(request: InputRequest): Promise<string | undefined> {
  if (request.back) return stepInput(request);
  return vscode.window.showInputBox({
    title: request.title,
    prompt: request.prompt,
    value: request.value ?? '',
    placeHolder: request.placeholder ?? '',
    password: request.password ?? false,
    ignoreFocusOut: true,
    validateInput: text => request.validate?.(text),
  });
}

async function pick<Value>(
  choices: readonly Choice<Value>[],
  title: string,
  placeholder: string,
  steps: PickSteps = {},
): Promise<Value | undefined> {
  if (steps.back || steps.at !== undefined) return stepPick(choices, title, placeholder, steps);
  const options = { title, placeHolder: placeholder, ignoreFocusOut: true, matchOnDescription: true };
  return (await vscode.window.showQuickPick(choices, options))?.value;
}

function stepInput({ validate, back, ...request }: InputRequest): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  Object.assign(box, request, { ignoreFocusOut: true });
  const judge = (text: string): boolean => {
    box.validationMessage = validate?.(text) ?? '';
    return box.validationMessage === '';
  };
  return answerOf<string>(box, back && (() => back(box.value)), settle => [
    box.onDidChangeValue(judge),
    box.onDidAccept(() => {
      if (judge(box.value)) settle(box.value);
    }),
  ]);
}

function stepPick<Value>(
  choices: readonly Choice<Value>[],
  title: string,
  placeholder: string,
  { at, back }: PickSteps,
): Promise<Value | undefined> {
  const box = vscode.window.createQuickPick<Choice<Value>>();
  Object.assign(box, { title, placeholder, items: choices, ignoreFocusOut: true, matchOnDescription: true });
  const begun = choices.find(({ label }) => label === at);
  if (begun) box.activeItems = [begun];
  return answerOf<Value>(box, back && (() => back(box.activeItems[0]?.label ?? '')), settle => [
    box.onDidAccept(() => {
      const [chosen] = box.selectedItems;
      if (chosen) settle(chosen.value);
    }),
  ]);
}

async function pickMany<Value>(
  choices: readonly Choice<Value>[],
  title: string,
  placeholder: string,
): Promise<Value[] | undefined> {
  const options = { title, placeHolder: placeholder, ignoreFocusOut: true, canPickMany: true } as const;
  return (await vscode.window.showQuickPick(choices, options))?.map(choice => choice.value);
}

async function pickFolder(title: string, verb: string): Promise<string | undefined> {
  const options = { canSelectFolders: true, canSelectFiles: false, canSelectMany: false };
  return (await vscode.window.showOpenDialog({ ...options, title, openLabel: verb }))?.[0]?.fsPath;
}

type Notification = Prompts['tell'];

const tell: Notification = (message, ...actions) =>
  notify(vscode.window.showInformationMessage(message, ...labelsOf(actions)), actions);

const warn: Notification = (message, ...actions) =>
  notify(vscode.window.showWarningMessage(message, ...labelsOf(actions)), actions);

type Actions = readonly { label: string; run: () => unknown }[];

function labelsOf(actions: Actions): string[] {
  return actions.map(({ label }) => label);
}

function notify(answer: Thenable<string | undefined>, actions: Actions): void {
  void answer.then(label => actions.find(action => action.label === label)?.run());
}

async function offer<Value>(
  message: string,
  choices: readonly { label: string; value: Value }[],
  { detail = '' }: { detail?: string } = {},
): Promise<Value | undefined> {
  // Modal: what was asked for cannot go on without an answer, and a toast cuts long reasons off.
  const answer = await vscode.window.showErrorMessage(
    message,
    { modal: true, detail },
    ...choices.map(({ label }) => label),
  );
  return choices.find(choice => choice.label === answer)?.value;
}
