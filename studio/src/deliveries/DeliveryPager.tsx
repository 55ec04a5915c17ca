import { Button, Group, Text } from '@mantine/core';
import { Icon } from '../design/Icon';

interface DeliveryPagerProps {
  pageNumber: number;
  /** Null where there is no such page. */
  onNewer: (() => void) | null;
  onOlder: (() => void) | null;
}

export function DeliveryPager({ pageNumber, onNewer, onOlder }: DeliveryPagerProps) {
  if (!onNewer && !onOlder) return null;
  return (
    <Group component="nav" justify="flex-end" mt="md" aria-label="Pages of deliveries">
      <Button
        variant="default"
        size="xs"
        disabled={!onNewer}
        leftSection={<Icon name="left" size={14} />}
        onClick={() => onNewer?.()}
      >
        Newer
      </Button>
      <Text size="sm" className="tabular">
        Page {pageNumber}
      </Text>
      <Button
        variant="default"
        size="xs"
        disabled={!onOlder}
        rightSection={<Icon name="right" size={14} />}
        onClick={() => onOlder?.()}
      >
        Older
      </Button>
    </Group>
  );
}
