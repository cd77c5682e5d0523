// Asks for the name of a view, and who sees it.
import { Button, Group, Modal, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../../ui/states';

export interface Named {
  readonly name: string;
  readonly visibility: 'private' | 'everyone';
  readonly isDefault: boolean;
}

interface Props {
  readonly title: string;
  readonly submit: string;
  readonly name?: string;
  /** Whether it is asked who sees it: of a new view. */
  readonly isNew?: boolean;
  readonly onSubmit: (named: Named) => Promise<void>;
  readonly onClose: () => void;
}

export function ViewName({ title, submit, name: first = '', isNew = false, onSubmit, onClose }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const [name, setName] = useState(first);
  const [visibility, setVisibility] = useState<Named['visibility']>('private');
  const [isDefault, setDefault] = useState(false);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit({ name: name.trim(), visibility, isDefault });
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={(event) => void send(event)}>
        <Stack>
          <TextInput
            label={t('views.name')}
            value={name}
            maxLength={100}
            required
            data-autofocus
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          {isNew && (
            <>
              <div>
                <Text size="sm" fw={500} mb={4} id="view-visibility">
                  {t('views.visibility')}
                </Text>
                <SegmentedControl
                  fullWidth
                  aria-labelledby="view-visibility"
                  value={visibility}
                  onChange={(value) => setVisibility(value)}
                  data={[
                    { value: 'private', label: t('views.private') },
                    { value: 'everyone', label: t('views.everyone') },
                  ]}
                />
              </div>
              <Switch
                label={t('views.makeDefault')}
                checked={isDefault}
                onChange={({ currentTarget }) => setDefault(currentTarget.checked)}
              />
            </>
          )}
          {error !== undefined && <Failure error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
