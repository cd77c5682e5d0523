// Who acts, where it is nobody with an account.

/** Id of the actor who works on the stores themselves, by an operator's command: a person, though nobody knows who. */
export const OPERATOR = 'operator';
