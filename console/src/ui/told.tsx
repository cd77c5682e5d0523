// Tells what was done, or what failed: a failure stays until it is dismissed.
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { Failure } from './states';

export function tellDone(message: string): void {
  notifications.show({
    message,
    color: 'teal',
    withBorder: true,
    closeButtonProps: { 'aria-label': i18next.t('actions.dismiss') },
  });
}

export function tellFailure(error: unknown): void {
  notifications.show({
    message: <Failure error={error} />,
    color: 'red',
    autoClose: false,
    withBorder: true,
    closeButtonProps: { 'aria-label': i18next.t('actions.dismiss') },
  });
}
