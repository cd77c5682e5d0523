// What stands in the place of content: that it is loading, that there is none, that it failed, or that it is not for
// whoever asks.
import { Alert, Button, Center, Code, CopyButton, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconInbox, IconLock } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, NoAnswer } from '../api/errors';
import { useFormats } from '../words/formats';

export function Loading({ label }: { readonly label?: string }) {
  const { t } = useTranslation();
  return (
    <Center mih={160} role="status" aria-live="polite">
      <Group gap="sm">
        <Loader size="sm" />
        <Text c="dimmed">{label ?? t('states.loading')}</Text>
      </Group>
    </Center>
  );
}

interface EmptyProps {
  readonly title?: string;
  readonly text?: ReactNode;
  /** What to do about it. */
  readonly action?: ReactNode;
}

export function Empty({ title, text, action }: EmptyProps) {
  const { t } = useTranslation();
  return (
    <Center mih={200} p="lg">
      <Stack align="center" gap="xs" maw="55ch">
        <IconInbox size={36} stroke={1.2} aria-hidden />
        <Title order={2} size="h4" ta="center">
          {title ?? t('states.empty')}
        </Title>
        {text !== undefined && (
          <Text c="dimmed" ta="center" size="sm" component="div">
            {text}
          </Text>
        )}
        {action}
      </Stack>
    </Center>
  );
}

/** What a person reads of an error; what else the server tells of it stands beside. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  return (error) => {
    if (error instanceof NoAnswer) return t('errors.offline');
    if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
    const more = (error.body.errors ?? [])
      .flatMap(({ message }) => message ?? [])
      .filter((one) => one !== error.message);
    const wait =
      error.retryAfter === undefined
        ? []
        : [t('errors.retryAfter', { time: formats.duration(error.retryAfter) })];
    // Refusals that people meet often are told in their language; the rest in the server's words.
    const key = `errors.codes.${error.code}`;
    const told = i18n.exists(key) ? t(key as 'errors.codes.PASSWORD_KNOWN') : error.message;
    return [told, ...more.slice(0, 5), ...wait].join(' · ');
  };
}

/** An error in place: it stays until it is dismissed or mended, and can be copied. */
export function Failure({ error, onDismiss }: { readonly error: unknown; readonly onDismiss?: () => void }) {
  const { t } = useTranslation();
  const text = useErrorText()(error);
  const reference = error instanceof ApiError ? error.body.correlationId : undefined;
  const whole = reference === undefined ? text : `${text}\n${reference}`;
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      withCloseButton={onDismiss !== undefined}
      onClose={onDismiss}
      closeButtonLabel={t('actions.dismiss')}
    >
      <Stack gap={6} align="flex-start">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {text}
        </Text>
        <Group gap="xs">
          {reference !== undefined && <Code>{t('states.correlation', { id: reference })}</Code>}
          <CopyButton value={whole}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="default" onClick={copy}>
                {copied ? t('actions.copied') : t('actions.copy')}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Stack>
    </Alert>
  );
}

/** In the place of content that failed to come. */
export function Failed({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { t } = useTranslation();
  const refusal = error instanceof ApiError ? error : undefined;
  if (refusal?.status === 403) {
    const [right] = refusal.body.context?.requiredScopes ?? [];
    const isTier = refusal.body.category === 'TIER_REQUIRED';
    const why = right === undefined ? t('states.noRightUnnamed') : t('states.noRightText', { right });
    return (
      <Center mih={200} p="lg">
        <Stack align="center" gap="xs" maw="55ch">
          <IconLock size={36} stroke={1.2} aria-hidden />
          <Title order={2} size="h4" ta="center">
            {isTier ? t('states.tier') : t('states.noRight')}
          </Title>
          <Text c="dimmed" ta="center" size="sm">
            {isTier ? refusal.message : why}
          </Text>
        </Stack>
      </Center>
    );
  }
  return (
    <Stack gap="sm" p="md">
      <Title order={2} size="h4">
        {t('states.failed')}
      </Title>
      <Failure error={error} />
      {retry && (
        <Button variant="default" onClick={retry} style={{ alignSelf: 'flex-start' }}>
          {t('actions.retry')}
        </Button>
      )}
    </Stack>
  );
}

/** Shows what a query answers, or the state that stands in its place. */
export function Answer<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Loading />;
}
