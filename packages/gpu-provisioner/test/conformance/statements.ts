import type { Era, Statement } from '@kaito/testkit';

type Said = readonly [era: Era, text: string];

/** What claims, whoever makes them, may rely on; the numbers are those of the checklist that this project was given. */
const SAID: readonly Said[] = [
  // Whose claims they are, and the launch
  ['B', 'the finalizer stands on a claim before the cloud is asked for anything'],
  ['N', "a claim of somebody else's node class, without a label of Kaito, is never written"],
  ['M', 'a Machine without a label of Kaito is never written'],
  ['N', 'a label of Kaito or the class KaitoNodeClass suffices, with no such CRD installed'],
  ['B', 'the pool has the name of its claim; a name that pools cannot have is refused for good, without a call'],
  ['B', 'a claim that names no instance type is told which key is missing, without a call'],
  ['B', 'one claim is one create, wherever the process dies'],
  ['B', 'two replicas together send one create for one claim'],
  ['B', 'the provider ID is written once and stays'],
  ['B', 'Launched is True no later than the provider ID is there'],
  ['B', 'labels, taints and startup taints of the claim reach its pool and its Node'],
  ['B', 'a storage request becomes whole GiB of disk, old spellings included, and above 2048 it is refused for good'],
  ['N', 'without a storage request the platform decides about the disk'],
  ['B', "labels of the cloud yield to those of requirements, and these to the user's"],
  ['M', 'the annotation karpenter.sh/linked adopts an instance, and a missing instance takes its Machine along'],
  ['B', 'a passing refusal keeps the claim, says LaunchFailed, and is tried again within a second to a minute'],
  ['B', 'when the last candidate has no capacity, an event says so, the claim goes, and it is counted'],
  ['B', 'before that, a Machine carries the very sentence that Kaito looks for'],
  ['B', "Azure's code and the figures of a quota are told whole"],
  [
    'B',
    'instance types are tried in the order in which they are listed, and one that failed is remembered for a while',
  ],
  ['N', 'while a node class that is in use is missing or not ready, the cloud is not called'],
  ['N', 'conditions begin as Unknown, and each tells the generation that it is about'],
  ['M', 'Ready is False, with reason and message, while one of the three below it is'],
  ['B', 'launch and registration have limits, which can be set, and which stand still while the cloud works'],
  // Registration and initialization
  ['B', 'the Node of the provider ID gets all that the claim has for it, in two patches at most'],
  ['B', 'a Node of another provider ID is left alone, even in the same pool'],
  ['B', 'of two Nodes with one provider ID none is initialized, and the claim says why'],
  ['B', 'labels that others gave to the Node stay, unless the claim has the same key'],
  ['N', 'the unregistered taint goes at registration, and need not have been there'],
  ['N', 'a Node that asks for it keeps its taints as they are, and nothing else'],
  ['B', 'registration tells the name of the Node'],
  ['B', 'what keeps a Node from being initialized is told by its own reason, a resource by its name'],
  ['B', 'a storage request is never waited for on the Node'],
  ['B', 'Ready comes within a second of the last obstacle going'],
  ['B', 'a startup taint that comes back changes nothing once the Node was initialized'],
  ['B', 'capacity and allocatable are told by registration at the latest, as the Node has them'],
  ['B', 'a Node that somebody deletes takes its claim and its pool along'],
  // Deletion
  ['B', 'the Node is closed before its first pod is evicted; budgets and pods that object are heeded'],
  ['B', 'the pool is deleted only when its Node is empty, or its time is over'],
  ['B', 'a claim deleted while its pool is being created leaves no pool and no Node, and stays until both are gone'],
  ['B', 'a claim that was never launched is gone within ten seconds of its deletion, without a delete in the cloud'],
  ['B', 'a claim whose pool is gone already can be deleted'],
  ['N', 'terminationGracePeriod is a deadline, told on the claim, after which pods go by force'],
  ['B', 'deleting the Node drains it and deletes claim and pool'],
  ['B', 'a pool gets one delete, however often its claim is looked at meanwhile'],
  ['B', 'a deletion that failed over a disruption budget is repeated so that budgets do not count'],
  ['B', 'finalizers go from Node and claim only after the cloud has said that the pool is gone'],
  // Collection, health, robustness
  ['B', 'a pool of ours without a claim is deleted within three minutes; without our mark none ever is'],
  ['B', 'a pool that is young, or whose claim the source still has, is not collected'],
  ['B', 'a claim whose pool vanished goes within three minutes of its Node not being Ready'],
  ['B', 'a list that is empty or fails collects nothing'],
  ['B', 'a Node that is not Ready for ten minutes costs its claim, unless that is switched off'],
  ['B', 'when too many pools vanish at once, nothing is collected and an event says so'],
  ['B', 'what Azure asks to be left alone for a time is left alone for that time'],
  ['B', 'fifty claims read as much as one, and wait for their turn to write'],
  ['B', 'who loses the lease stops writing before it ends'],
  ['B', 'health, readiness and metrics are served, under the names that dashboards know'],
];

export const STATEMENTS: readonly Statement[] = SAID.map(([era, text], index) => ({ number: index + 1, era, text }));
