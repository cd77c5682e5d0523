// Who did a step, from where, and what led to it, each with the way to where more is told of it.
import { Anchor, Text } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../api/session';
import type { Step } from '../records.queries';

const To = ({ children, ...to }: LinkProps & { readonly children: ReactNode }) => (
  <Anchor size="sm" renderRoot={(props) => <Link {...props} {...to} />}>
    {children}
  </Anchor>
);

export function Who({ step }: { readonly step: Step }) {
  const { t } = useTranslation('records');
  const { actor, client } = step;
  const kind = t(`actors.${actor.type}`, { defaultValue: actor.type });
  const named =
    actor.type === 'user' ? (actor.email ?? actor.id) : [kind, actor.name].filter(Boolean).join(' ');
  const behind = actor.type === 'user' ? undefined : actor.email;
  const where = [client?.device?.name, client?.ip, client?.country].filter(Boolean).join(' · ');
  return (
    <Text span size="sm" style={{ overflowWrap: 'anywhere' }}>
      <IconUser size={14} aria-hidden style={{ verticalAlign: '-2px' }} />{' '}
      {actor.type === 'user' ? (
        <To to="/users/$userId" params={{ userId: actor.id }}>
          {named}
        </To>
      ) : (
        named
      )}
      {behind !== undefined && ` ${t('timeline.for', { who: behind })}`}
      {where !== '' && (
        <Text span size="sm" c="dimmed">
          {' '}
          {t('timeline.from', { where })}
        </Text>
      )}
    </Text>
  );
}

export function Causes({ step }: { readonly step: Step }) {
  const { t } = useTranslation('records');
  const mayAudit = useMay('audit.read');
  const { cause, source, actor } = step;
  const restoreId = cause.restoreId ?? (source.type === 'RESTORE' ? source.id : undefined);
  const importId = cause.importId ?? (source.type === 'IMPORT' ? source.id : undefined);
  return (
    <>
      {restoreId !== undefined && (
        <To to="/restores/$restoreId" params={{ restoreId }}>
          {t('timeline.byRestore', { id: restoreId })}
        </To>
      )}
      {importId !== undefined && restoreId === undefined && (
        <To to="/imports/$importId" params={{ importId }}>
          {t('timeline.byImport', { id: importId })}
        </To>
      )}
      {source.type === 'LOAD' && source.id !== undefined && (
        <To to="/loads/$loadId" params={{ loadId: source.id }}>
          {t('timeline.byLoad', { id: source.id })}
        </To>
      )}
      {actor.type === 'apiKey' && <To to="/api-keys">{t('timeline.byKey')}</To>}
      {mayAudit && (
        <To to="/audit" search={{ entry: step.entryId }}>
          {t('timeline.entry')}
        </To>
      )}
    </>
  );
}
