/** A field of the demo form as people meet it. */
export type FormField = {
  name: string;
  label: string;
  type: 'text' | 'email' | 'tel';
  autocomplete: string;
  required?: boolean;
  hint?: string;
  options?: string[];
};

export const contactFields: FormField[] = [
  { name: 'first_name', label: 'First name', type: 'text', autocomplete: 'given-name' },
  { name: 'last_name', label: 'Last name', type: 'text', autocomplete: 'family-name' },
  { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'email', required: true },
  { name: 'phone', label: 'Phone', type: 'tel', autocomplete: 'tel', hint: 'With or without the country code' },
  { name: 'company', label: 'Company', type: 'text', autocomplete: 'organization' },
  {
    name: 'country',
    label: 'Country or region',
    type: 'text',
    autocomplete: 'country-name',
    options: [
      'Hong Kong',
      'Australia',
      'Canada',
      'China',
      'France',
      'Germany',
      'India',
      'Indonesia',
      'Japan',
      'Macao',
      'Malaysia',
      'Netherlands',
      'New Zealand',
      'Philippines',
      'Singapore',
      'South Korea',
      'Spain',
      'Taiwan',
      'Thailand',
      'United Arab Emirates',
      'United Kingdom',
      'United States',
      'Vietnam',
    ],
  },
];

/** The options of the demo org's Product Interest. */
export const productInterests = ['Solar Panels', 'Batteries', 'Heat Pumps', 'EV Chargers', 'Maintenance'];

/** Filled from the page's own address by its script; empty ones say nothing. */
export const clickIds = ['gclid', 'gbraid', 'wbraid', 'fbclid', 'ttclid', 'msclkid', 'li_fat_id'];
