import { describe, expect, it } from '@jest/globals';

import { readConfig } from './config.ts';
import { KAITO_NODE_CLASS } from './core/claims/node-class.ts';

const AKS = { group: 'karpenter.azure.com', kind: 'AKSNodeClass', name: 'default' };
const EC2 = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };
const KWOK = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' };
const kwokFlag = '--node-class=karpenter.kwok.sh/KWOKNodeClass/default';
const classes = JSON.stringify([
  { name: 'ubuntu', default: true, spec: { imageFamily: 'Ubuntu2204' } },
  { name: 'azl' },
]);

describe('the way to nodes', () => {
  it.each([
    [[], { kind: 'auto' }],
    [[kwokFlag], { kind: 'auto', nodeClass: KWOK }],
    [['--node-class=kaito'], { kind: 'auto', nodeClass: KAITO_NODE_CLASS }],
    [['--node-provisioner=machine'], { kind: 'machine' }],
    [['--node-provisioner=byo'], { kind: 'byo' }],
    [['--node-provisioner=nodeclaim'], { kind: 'nodeclaim', nodeClass: KAITO_NODE_CLASS }],
    [['--node-provisioner=nodeclaim', kwokFlag], { kind: 'nodeclaim', nodeClass: KWOK }],
    [['--node-provisioner=nodepool', kwokFlag], { kind: 'nodepool', nodeClass: KWOK }],
    [['--node-provisioner=nodepool'], { kind: 'nodepool', nodeClass: AKS }],
    [['--node-provisioner=nodepool', '--cloud-provider=aws'], { kind: 'nodepool', nodeClass: EC2 }],
  ])('is with %j %j', (args, nodes) => {
    expect(nodesWith(args)).toEqual(nodes);
  });

  it.each([
    [['--node-provisioner=azure-gpu-provisioner'], { kind: 'nodeclaim', nodeClass: KAITO_NODE_CLASS }],
    [['--node-provisioner=karpenter'], { kind: 'nodepool', nodeClass: AKS }],
    [
      ['--node-provisioner=karpenter', `--karpenter-node-classes=${classes}`],
      { kind: 'nodepool', nodeClass: { ...AKS, name: 'ubuntu', choices: ['ubuntu', 'azl'] } },
    ],
    [
      [
        '--node-provisioner=karpenter',
        '--karpenter-node-class-group=karpenter.kwok.sh',
        '--karpenter-node-class-kind=KWOKNodeClass',
        '--karpenter-node-class-version=v1alpha1',
        '--karpenter-node-class-resource-name=kwoks',
      ],
      { kind: 'nodepool', nodeClass: { ...KWOK, plural: 'kwoks' } },
    ],
    [['--feature-gates=disableNodeAutoProvisioning=true'], { kind: 'byo' }],
    [['--feature-gates=disableNodeAutoProvisioning=true', '--node-provisioner=azure-gpu-provisioner'], { kind: 'byo' }],
    [['--feature-gates=Karpenter=true'], { kind: 'nodeclaim', nodeClass: AKS }],
    [['--feature-gates=Karpenter=true', '--cloud-provider=aws'], { kind: 'nodeclaim', nodeClass: EC2 }],
  ])('of the Go original with %j is %j', (args, nodes) => {
    expect(nodesWith(args)).toEqual(nodes);
  });

  it('names flags of a class that nothing is made of as without effect', () => {
    const read = readConfig(['--node-provisioner=azure-gpu-provisioner', `--karpenter-node-classes=${classes}`], {});
    expect(read).toMatchObject({ kind: 'config', config: { ignored: ['karpenter-node-classes'] } });
  });

  it.each([
    ['--node-provisioner=byo --node-class=kaito', '--node-class: has no meaning with --node-provisioner=byo'],
    ['--node-provisioner=machine --node-class=kaito', '--node-class: has no meaning with --node-provisioner=machine'],
    ['--node-provisioner=nodepool --node-class=kaito', '--node-class: gpu-provisioner, whose class is kaito, makes no'],
    [`--node-provisioner=azure-gpu-provisioner ${kwokFlag}`, '--node-class: azure-gpu-provisioner serves kaito only'],
    [
      '--node-provisioner=karpenter --cloud-provider=arc',
      '--node-provisioner: karpenter needs --node-class: arc has no',
    ],
    [`${kwokFlag} --karpenter-node-class-kind=Foo`, '--node-class: name the class here or with'],
    [
      '--node-provisioner=machine --feature-gates=disableNodeAutoProvisioning=true',
      '--feature-gates: disableNodeAutoProvisioning=true contradicts --node-provisioner=machine',
    ],
    [
      '--node-provisioner=karpenter --feature-gates=Karpenter=true',
      '--feature-gates: Karpenter=true contradicts --node-provisioner=karpenter',
    ],
    [
      '--feature-gates=Karpenter=true,disableNodeAutoProvisioning=true',
      '--feature-gates: Karpenter=true and disableNodeAutoProvisioning=true contradict each other',
    ],
  ])('is refused with %s', (args, problem) => {
    const read = readConfig(args.split(' '), {});
    expect(read.kind === 'invalid' ? read.problems : []).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    '{',
    '[]',
    '[{"name":"a"}]',
    '[{"name":"a","default":true},{"name":"a"}]',
    '[{"name":"A b","default":true}]',
  ])('takes no list of classes as %s', (text) => {
    const read = readConfig(['--node-provisioner=karpenter', `--karpenter-node-classes=${text}`], {});
    expect(read.kind).toBe('invalid');
  });

  it('asks for what the configuration asks for', () => {
    const args = [
      '--node-requirements=karpenter.sh/capacity-type=on-demand, tier=gold',
      '--default-node-image-family=ubuntu',
    ];
    expect(readConfig(args, {})).toMatchObject({
      config: {
        nodeWishes: {
          imageFamily: 'ubuntu',
          requirements: { 'karpenter.sh/capacity-type': 'on-demand', tier: 'gold' },
        },
      },
    });
  });
});

function nodesWith(args: readonly string[]): unknown {
  const read = readConfig(args, {});
  return read.kind === 'config' ? read.config.nodes : read;
}
