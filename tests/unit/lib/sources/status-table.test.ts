import { describe, expect, test } from '@jest/globals';
import { eventForStatus } from '../../../../lib/sources/status-table.ts';

describe('the default tables', () => {
  test.each([
    ['Leads', 'Contacted', 'LeadContacted'],
    ['Leads', 'Pre-Qualified', 'ConvertedLead'],
    ['Leads', 'Lost Lead', 'LostLead'],
    ['Leads', 'Not Qualified', 'LostLead'],
    ['Deals', 'Qualification', 'Opportunity'],
    ['Deals', 'Closed Won', 'WonDeal'],
    ['Deals', 'Closed Lost', 'LostLead'],
    ['Deals', 'Closed Lost to Competition', 'LostLead'],
    ['Deals', 'Closed-Lost to Competition', 'LostLead'],
    ['Leads', ' pre-qualified ', 'ConvertedLead'],
    ['Leads', 'Junk Lead', undefined],
    ['Leads', 'Closed Won', undefined],
    ['Deals', 'Contacted', undefined],
    ['Deals', 'Id. Decision Makers', undefined],
    ['Contacts', 'Contacted', undefined],
    ['Leads', 'constructor', undefined],
    ['constructor', 'Contacted', undefined],
  ])('%s: %s makes %s', (module, status, event) => expect(eventForStatus({}, module, status)).toBe(event));
});

describe('a table of the source', () => {
  test('adds to the defaults of its module and silences the other one', () => {
    const settings = { statuses: { Leads: { Hot: 'QualifiedLead' as const } } };
    expect(eventForStatus(settings, 'Leads', 'hot')).toBe('QualifiedLead');
    expect(eventForStatus(settings, 'Leads', 'Contacted')).toBe('LeadContacted');
    expect(eventForStatus(settings, 'Deals', 'Closed Won')).toBeUndefined();
  });

  test('replaces and drops defaults, however they are spelled', () => {
    const settings = { statuses: { Leads: { 'lost lead': null, CONTACTED: 'QualifiedLead' as const }, Deals: {} } };
    expect(eventForStatus(settings, 'Leads', 'Lost Lead')).toBeUndefined();
    expect(eventForStatus(settings, 'Leads', 'Contacted')).toBe('QualifiedLead');
    expect(eventForStatus(settings, 'Deals', 'Closed Won')).toBe('WonDeal');
  });

  test('means a stage by the name that is shown and by the one that is kept', () => {
    for (const written of ['Identify Decision Makers', 'Id. Decision Makers']) {
      const settings = { statuses: { Deals: { [written]: 'Opportunity' as const } } };
      expect(eventForStatus(settings, 'Deals', 'Identify Decision Makers')).toBe('Opportunity');
      expect(eventForStatus(settings, 'Deals', 'Id. Decision Makers')).toBe('Opportunity');
    }
  });
});

test('of an actual and a display value the first mapped one counts', () => {
  expect(eventForStatus({}, 'Leads', ['Nachgefasst', 'Contacted'])).toBe('LeadContacted');
  expect(eventForStatus({}, 'Leads', ['Nachgefasst', 'Neu'])).toBeUndefined();
  expect(eventForStatus({}, 'Leads', [])).toBeUndefined();
});
