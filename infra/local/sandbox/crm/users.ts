import { emptyAnswer, jsonAnswer, type SandboxAnswer } from '../answer.ts';
import { fixedId } from '../ids.ts';
import { badRequest, invalidData } from './errors.ts';
import { wrongParam } from './list-query.ts';
import { user } from './org.ts';

const self = { name: user.name, id: user.id };

/** "Get Users": the one user, with every key of Zoho's sample. */
const described = {
  country: 'HK',
  language: 'en_US',
  microsoft: false,
  $shift_effective_from: null,
  id: user.id,
  state: null,
  fax: null,
  country_locale: 'en_HK',
  zip: null,
  created_time: '2023-04-12T17:08:05+08:00',
  time_format: 'hh:mm a',
  offset: 28_800_000,
  profile: { name: 'Administrator', id: fixedId(26011) },
  role: { name: 'CEO', id: fixedId(26005) },
  created_by: self,
  full_name: user.name,
  zuid: user.zuid,
  phone: null,
  dob: null,
  status: 'active',
  customize_info: {
    notes_desc: null,
    show_right_panel: null,
    bc_view: null,
    unpin_recent_item: null,
    show_home: false,
    show_detail_view: true,
  },
  city: null,
  signature: null,
  sort_order_preference__s: 'First Name,Last Name',
  category: 'regular_user',
  date_format: 'yyyy-MM-dd',
  confirm: true,
  decimal_separator: 'Period',
  number_separator: 'Comma',
  time_zone: 'Asia/Hong_Kong',
  last_name: 'User',
  mobile: null,
  $current_shift: null,
  Reporting_To: null,
  Currency: 'HKD',
  $next_shift: null,
  Modified_Time: '2023-04-12T17:08:05+08:00',
  website: null,
  status_reason__s: null,
  email: user.email,
  first_name: 'Ops',
  sandboxDeveloper: false,
  alias: null,
  street: null,
  Modified_By: self,
  Isonline: true,
  locale: 'en_HK',
  name_format__s: 'Salutation,First Name,Last Name',
  personal_account: false,
  default_tab_group: '0',
  theme: {
    normal_tab: { font_color: '#FFFFFF', background: '#222222' },
    selected_tab: { font_color: '#FFFFFF', background: '#222222' },
    new_background: null,
    background: '#F3F0EB',
    screen: 'fixed',
    type: 'default',
  },
};

const ITS_TYPES = [
  'AllUsers',
  'ActiveUsers',
  'ConfirmedUsers',
  'ActiveConfirmedUsers',
  'AdminUsers',
  'ActiveConfirmedAdmins',
  'CurrentUser',
];
const OTHER_TYPES = ['DeactiveUsers', 'NotConfirmedUsers', 'DeletedUsers'];

/** `GET /users`: whoever is asked for, it is the one user or nobody. */
export const listUsers = (query: URLSearchParams): SandboxAnswer => {
  const type = query.get('type') ?? 'AllUsers';
  if (OTHER_TYPES.includes(type)) return emptyAnswer(1);
  if (!ITS_TYPES.includes(type)) return wrongParam('type');
  return jsonAnswer(200, { users: [described], info: { per_page: 200, count: 1, page: 1, more_records: false } }, 1);
};

/** `GET /users/{id}`. */
export const getUser = (id: string): SandboxAnswer =>
  id === user.id
    ? jsonAnswer(200, { users: [described] }, 1)
    : badRequest(invalidData({ resource_path_index: 1 }, 'the id given seems to be invalid'));
