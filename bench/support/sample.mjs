/** An envelope of about 600 bytes, as a chat message makes it. */
export const SAMPLE_MESSAGE =
  'I ordered two weeks ago and the parcel still says «preparing». Could you look it up for me? ' +
  'The number is on the invoice, and my neighbour can take it in on weekdays, before noon. Thank you! 🙏';

export const EVENT_TYPE = 'conversation.message';

/** One secret for all chatbots: 32 bytes, as the product makes them. */
export const SAMPLE_SECRET = `whsec_${Buffer.alloc(32, 'benchmark').toString('base64')}`;
