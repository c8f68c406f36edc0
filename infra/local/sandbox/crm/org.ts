import { fixedId } from '../ids.ts';

/** The one user: whoever writes through the API or the screen. */
export const user = { id: fixedId(225013), name: 'Ops User', email: 'ops@example.com', zuid: '690000000' };

const UTC_OFFSET_MINUTES = 8 * 60; // Asia/Hong_Kong, without daylight saving time since 1979
const UTC_OFFSET = '+08:00';

/** The time as Zoho writes it: to the second, in the org's time zone, with its offset. */
export const orgTime = (timeMs: number): string =>
  `${new Date(timeMs + UTC_OFFSET_MINUTES * 60_000).toISOString().slice(0, 19)}${UTC_OFFSET}`;

/** `GET /org`: every key of Zoho's sample ("Get Organization Data"). */
export const org = {
  id: fixedId(20005),
  zgid: '808232144',
  company_name: 'Acme',
  domain_name: 'org808232144',
  type: 'production',
  currency: 'Hong Kong Dollar - HKD',
  currency_symbol: 'HK$',
  currency_locale: 'HKD',
  iso_code: 'HKD',
  mc_status: false,
  time_zone: 'Asia/Hong_Kong',
  country_code: 'HK',
  primary_zuid: '808233918',
  primary_email: 'admin@example.com',
  created_time: '2023-04-12T17:08:05+08:00',
  license_details: {
    paid: true,
    paid_type: 'enterprise',
    paid_expiry: '2030-04-12T08:00:00+08:00',
    trial_type: null,
    trial_expiry: null,
    users_license_purchased: 10,
    portal_users_license_purchased: 0,
  },
};
