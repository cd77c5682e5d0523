// What the client asks of whoever sits before the page, in the midst of a request: to sign in again, or to prove who they
// are. The dialogs (`app/interruptions.tsx`) listen here; requests that meet the same question wait for one answer.

export type Interruption = 'sign-in' | 'step-up';

interface Open {
  readonly kind: Interruption;
  readonly settle: (isSettled: boolean) => void;
}

let open: Open | undefined;
let waiting: Promise<boolean> | undefined;
const listeners = new Set<() => void>();

/** Whether there is somebody signed in whom a dialog could ask again: pages before signing in ask for themselves. */
let isShown = false;

export function interruptionsShown(shown: boolean): void {
  isShown = shown;
}

function ask(kind: Interruption): Promise<boolean> {
  if (!isShown) return Promise.resolve(false);
  if (waiting && open?.kind === kind) return waiting;
  if (waiting) return waiting.then(() => ask(kind));
  waiting = new Promise<boolean>((resolve) => {
    open = {
      kind,
      settle: (isSettled) => {
        open = undefined;
        waiting = undefined;
        tell();
        resolve(isSettled);
      },
    };
    tell();
  });
  return waiting;
}

const tell = (): void => listeners.forEach((listener) => listener());

/** Resolves with whether somebody has signed in again. */
export const askToSignIn = (): Promise<boolean> => ask('sign-in');
/** Resolves with whether somebody has proved who they are. */
export const askForStepUp = (): Promise<boolean> => ask('step-up');

export const openInterruption = (): Open | undefined => open;
export function onInterruption(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
