// Asks before something is done that cannot be taken back, or that touches much: what will happen, and to how many.
import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import type { ReactNode } from 'react';

interface Question {
  readonly title: string;
  readonly text: ReactNode;
  /** The button says what happens. */
  readonly confirm: string;
  readonly isDangerous?: boolean;
}

/** Resolves with whether it was confirmed. */
export function confirm({ title, text, confirm: label, isDangerous = false }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title,
      children: (
        <Text size="sm" component="div">
          {text}
        </Text>
      ),
      labels: { confirm: label, cancel: i18next.t('actions.cancel') },
      ...(isDangerous && { confirmProps: { color: 'red' } }),
      onConfirm: () => resolve(true),
      onCancel: () => resolve(false),
      onClose: () => resolve(false),
    });
  });
}
