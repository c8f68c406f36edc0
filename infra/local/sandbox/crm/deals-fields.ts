import { custom, type Field, field, leadSources, type Option, options, readOnly, systemFields } from './field.ts';

const stage = (actual: string, probability: number, display = actual): Option => ({ actual, display, probability });

/** In the pipeline's order. */
export const stages: Option[] = [
  stage('Qualification', 10),
  stage('Needs Analysis', 20),
  stage('Value Proposition', 40),
  stage('Id. Decision Makers', 60, 'Identify Decision Makers'),
  stage('Proposal/Price Quote', 75),
  stage('Negotiation/Review', 90),
  stage('Closed Won', 100),
  stage('Closed Lost', 0),
  stage('Closed Lost to Competition', 0, 'Closed-Lost to Competition'),
];

export const pipelines = options('Standard (Standard)');

export const dealsFields: Field[] = [
  ...systemFields('Deal'),
  field('Deal_Name', 'Deal Name', 'text', 120, { mandatory: true, layoutMandatory: true }),
  field('Stage', 'Stage', 'picklist', 120, { mandatory: true, layoutMandatory: true, options: stages, closed: true }),
  field('Pipeline', 'Pipeline', 'picklist', 120, { options: pipelines, closed: true }),
  field('Amount', 'Amount', 'currency', 16),
  field('Closing_Date', 'Closing Date', 'date', 20, { layoutMandatory: true }),
  field('Account_Name', 'Account Name', 'lookup', 120, { lookupModule: 'Accounts' }),
  field('Contact_Name', 'Contact Name', 'lookup', 120, { lookupModule: 'Contacts' }),
  field('Probability', 'Probability (%)', 'integer', 3),
  field('Expected_Revenue', 'Expected Revenue', 'currency', 16, readOnly),
  field('Type', 'Type', 'picklist', 120, { options: options('-None-', 'Existing Business', 'New Business') }),
  field('Lead_Source', 'Lead Source', 'picklist', 120, { options: leadSources }),
  field('Next_Step', 'Next Step', 'text', 100),
  field('Campaign_Source', 'Campaign Source', 'lookup', 120, { lookupModule: 'Campaigns' }),
  field('Description', 'Description', 'textarea', 32000),
  field('Sales_Cycle_Duration', 'Sales Cycle Duration', 'integer', 9, readOnly),
  field('Overall_Sales_Duration', 'Overall Sales Duration', 'integer', 9, readOnly),
  field('Lead_Conversion_Time', 'Lead Conversion Time', 'integer', 9, readOnly),
  field('CDP_ID', 'CDP ID', 'text', 255, custom),
];
