import type { AcceptedFinding } from './judge-findings.ts';

const ARN = 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>';

/** A role's own log group; CloudWatch names the streams in it. */
const ownLogStreams = (name: string, path: string): AcceptedFinding => ({
  rule: `${ARN}:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/lambda/leadloop-<stage>-${name}:*]`,
  paths: [path],
  reason: "Streams of the function's own log group, which Lambda names anew for each instance.",
});

/** What cdk-nag has against the template and stays, each with its reason. `<stage>` stands for the packaged stage. */
export const acceptedFindings: AcceptedFinding[] = [
  {
    rule: 'AwsSolutions-APIG4',
    paths: ['HttpApiRoutePostSourcesSourceVarFormsFormVar', 'HttpApiRouteOptionsSourcesSourceVarFormsFormVar'],
    reason: "Forms post from a visitor's browser, which has nothing to prove who it is; the form's own rules decide.",
  },
  {
    rule: 'AwsSolutions-APIG4',
    paths: ['HttpApiRouteGetSourcesSourceVar', 'HttpApiRoutePostSourcesSourceVar'],
    reason: "The functions check the source's API key themselves: Zoho can send it nowhere but in the query.",
  },
  ownLogStreams('submit-lead', 'SubmitLeadRole'),
  ownLogStreams('connect-zoho', 'ConnectZohoRole'),
  ownLogStreams('receive-webhook', 'ReceiveWebhookRole'),
  ownLogStreams('dispatch', 'DispatchRole'),
  ownLogStreams('deliver-leads', 'DeliverLeadsRole'),
  ownLogStreams('deliver-events', 'DeliverEventsRole'),
  {
    rule: `${ARN}:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:leadloop/<stage>/connections/*]`,
    paths: ['ConnectZohoRole', 'DeliverLeadsRole'],
    reason: 'One secret for each connection. They come with new clients, after the deployment.',
  },
  {
    rule: `${ARN}:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:leadloop/<stage>/destinations/*]`,
    paths: ['DeliverEventsRole'],
    reason: 'One secret for each source with destinations. They come with new clients, after the deployment.',
  },
  {
    rule: 'AwsSolutions-SQS3',
    paths: ['LostBellsQueue'],
    reason: 'It is the end of the line itself: the on-failure queue of the stream, which nothing reads but an alarm.',
  },
  {
    rule: 'AwsSolutions-S1',
    paths: ['ServerlessDeploymentBucket'],
    reason: "Holds the deployed bundles only, no data of anybody's; CloudTrail records who deploys.",
  },
];
