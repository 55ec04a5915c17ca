export const deliveryLinkId = (deliveryId: string) => `delivery-${deliveryId}`;

/** Does nothing when the delivery is on another page of the table. */
export function focusDeliveryLink(deliveryId: string): void {
  document.getElementById(deliveryLinkId(deliveryId))?.focus({ preventScroll: true });
}
