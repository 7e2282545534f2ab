/* SPDX-License-Identifier: ISC
 * The commands of gmc: name, function, help. */
#include "peer/cmd.h"

#define O(name) OPTION_BIT(OPT_##name)

static const struct command commands[] = {
	{ "keygen", cmd_keygen, "make a key, and the request that a founder hands in", "",
		"gmc keygen --name ana                     # key.pem and ana.csr in GMC_HOME\n"
		"gmc keygen --type p256 --out ana.pem      # ana.pem and ana.csr here",
		NULL, O(TYPE) | O(OUT) | O(CSR) | O(NAME) | O(PASSPHRASE), 0, 0 },
	{ "join", cmd_join, "ask to be admitted, wait, and get the certificate", "LINK",
		"gmc join 'https://host/g/NAME#sha256:...' --name dee\n"
		"gmc join LINK --name dee --statement \"met ana at the fair\" --no-wait\n"
		"gmc join LINK --name dee --puzzle audio   # a puzzle to hear\n"
		"gmc join LINK                             # goes on where it stood",
		"Makes a key when there is none, and asks for a name when --name gives none. "
		"Checks every charter since the one that the link pins. Does the work and shows the puzzles that the charter asks for. "
		"Founders get their certificate.",
		O(NAME) | O(STATEMENT) | O(PUZZLE) | O(SPONSOR) | O(WAIT) | O(NO_WAIT) | O(TYPE) | O(KEY) | O(PASSPHRASE) | O(JSON), 1, 1 },
	{ "status", cmd_status, "how your application or membership stands", "",
		"gmc status\ngmc status --qr      # the join link as a QR code too", NULL, O(JSON) | O(QR), 0, 0 },
	{ "proposals", cmd_proposals, "what the group is asked", "[NUMBER]",
		"gmc proposals\n"
		"gmc proposals --all        # decided ones too\n"
		"gmc proposals 17           # all of one",
		NULL, O(ALL) | O(JSON), 0, 1 },
	{ "members", cmd_members, "who belongs to the group", "",
		"gmc members\n"
		"gmc members --all          # who left or was expelled, too\n"
		"gmc members --tree         # below whoever vouched for them first",
		NULL, O(ALL) | O(TREE) | O(JSON), 0, 0 },
	{ "applications", cmd_applications, "who asks to be admitted", "",
		"gmc applications\ngmc applications --all     # decided ones too", NULL, O(ALL) | O(JSON), 0, 0 },
	{ "withdraw", cmd_withdraw, "take your application back", "", "gmc withdraw               # while it is not decided",
		"gmc join applies anew.", O(KEY) | O(PASSPHRASE) | O(JSON), 0, 0 },
	{ "word", cmd_word, "an operator's word, where the charter asks for one", "NUMBER|APPLICATION approve|refuse",
		"gmc fetch 'https://host/g/NAME#sha256:...'      # once\n"
		"gmc word 17 approve --key operator.pem\n"
		"gmc word sha256:3f9a... refuse --key operator.pem",
		NULL, O(KEY) | O(PASSPHRASE) | O(JSON), 2, 2 },
	{ "vote", cmd_vote, "vote, on one proposal or step by step on all that are open", "[NUMBER yes|no|abstain]",
		"gmc vote                   # step through what is open\n"
		"gmc vote 17 yes\n"
		"gmc vote 17 no -m \"never met\"\n"
		"gmc vote 17 yes --out vote.json      # sign only; gmc submit vote.json sends it",
		NULL, O(MESSAGE) | O(OUT) | O(KEY) | O(MEMBER) | O(PASSPHRASE), 0, 2 },
	{ "vouch", cmd_vouch, "vouch for an applicant, where the charter asks for it", "NUMBER|APPLICATION",
		"gmc vouch 17\n"
		"gmc vouch 17 -m \"we have worked together for years\"\n"
		"gmc vouch sha256:3f9a... --out vouch.json      # sign only; gmc submit vouch.json sends it",
		"A vouch is not taken back. gmc proposals 17 shows what is still missing.",
		O(MESSAGE) | O(OUT) | O(KEY) | O(MEMBER) | O(PASSPHRASE) | O(JSON), 1, 1 },
	{ "candidate", cmd_candidate, "offer to be watched, and perhaps invited; then how you stand", "[LINK]",
		"gmc candidate 'https://host/g/NAME#sha256:...' --name dee\n"
		"gmc candidate              # how you stand",
		"For groups that invite. Makes a key when there is none; who is invited goes on with gmc join.",
		O(NAME) | O(TYPE) | O(KEY) | O(PASSPHRASE) | O(JSON), 0, 1 },
	{ "candidates", cmd_candidates, "who may be invited, and who is", "",
		"gmc candidates\ngmc candidates --all       # whose candidacy is over, too", NULL, O(ALL) | O(JSON), 0, 0 },
	{ "measure", cmd_measure, "tell what you saw of a candidate, or your own load", "CANDIDATE|load NAME=VALUE...",
		"gmc measure dee uptime=2d activity=12 history=3\n"
		"gmc measure load clients=80 bandwidth=1000 memory=512",
		"CANDIDATE is a candidacy, the beginning of it, or a name that one candidate alone has. Once an hour for each.",
		O(OUT) | O(KEY) | O(PASSPHRASE) | O(JSON), 2, 4 },
	{ "invite", cmd_invite, "invite a candidate, where the charter draws no lots", "CANDIDATE",
		"gmc invite dee\ngmc invite sha256:3f9a... --key operator.pem", NULL, O(OUT) | O(KEY) | O(MEMBER) | O(PASSPHRASE) | O(JSON),
		1, 1 },
	{ "seeder", cmd_seeder, "contribute seeds of one's own to node IDs, where the charter names this key", "[LINK]",
		"gmc seeder 'https://host/g/NAME#sha256:...' --key seeder.pem      # stays, and looks every few seconds\n"
		"gmc seeder --key seeder.pem --once                              # for a timer",
		"Applications wait for it. Its seeds follow from seeder.secret in GMC_HOME: keep that file.",
		O(KEY) | O(PASSPHRASE) | O(ONCE), 0, 1 },
	{ "agent", cmd_agent, "hold your share of the group's key, and take part in its ceremonies", "",
		"gmc agent                  # stays, and looks every few seconds\n"
		"gmc agent --every 200ms\n"
		"gmc agent --once           # for a timer: does what there is to do now",
		"In groups whose members hold the issuing key together. It keeps the share in agent.vault in GMC_HOME, encrypted under your key; "
		"whoever loses that file has lost the share. One agent a member. It signs what the log gives: renewals and lists unasked, an "
		"admission when you voted yes.",
		O(KEY) | O(PASSPHRASE) | O(EVERY) | O(ONCE) | O(DECIDED), 0, 0 },
	{ "ceremony list", cmd_ceremony_list, "what the members do together with the group's key", "",
		"gmc ceremony list\ngmc ceremony list --all       # what is over, too", NULL, O(ALL) | O(JSON), 0, 0 },
	{ "ceremony show", cmd_ceremony_show, "read a ceremony's whole board, and check every post", "NUMBER",
		"gmc ceremony show 1\ngmc ceremony show 1 --out transcript.json      # keeps the signed transcript",
		"Tells who takes part, who is waited for, whose fault was found, and the key that was made, as a charter names it.",
		O(OUT) | O(JSON), 1, 1 },
	{ "ceremony join", cmd_ceremony_join, "take part in one ceremony until it is over", "NUMBER", "gmc ceremony join 1",
		"gmc agent takes part in all of them.", O(KEY) | O(PASSPHRASE) | O(EVERY) | O(DECIDED), 1, 1 },
	{ "ceremony verify", cmd_ceremony_verify, "check a key's transcript offline", "FILE",
		"gmc ceremony verify transcript.json\n"
		"gmc charter show 2 | gmc ceremony verify -      # that of a charter",
		"Checks that all holders signed, and tells the key and who they are; gmc audit --log tells whether they are members.",
		O(JSON), 1, 1 },
	{ "expel", cmd_expel, "ask the group to expel a member", "MEMBER",
		"gmc expel 3f9a... -m \"sold his key\"\ngmc expel mallory -m \"spam\"\n"
		"gmc expel mallory --complaint all --out motion.json      # others sign it too: gmc second",
		"MEMBER is 32 hex digits, the beginning of them, or a name that one member alone has. A charter may ask several members to move "
		"together, and for a complaint.",
		O(MESSAGE) | O(COMPLAINT) | O(OUT) | O(KEY) | O(PASSPHRASE) | O(JSON), 1, 1 },
	{ "second", cmd_second, "sign a motion that another member made", "FILE",
		"gmc second motion.json --out motion-2.json      # gmc submit sends it when enough have signed", NULL,
		O(OUT) | O(KEY) | O(PASSPHRASE) | O(YES), 1, 1 },
	{ "complain", cmd_complain, "complain about a member, for a motion to rest on", "MEMBER",
		"gmc complain mallory --votes 17                        # it signed two votes that contradict each other\n"
		"gmc complain mallory --observed flooded -m \"10000 messages an hour\" --when 2026-11-29T12:00:00Z",
		"It expels nobody: gmc expel does. It stands while you are a member with the key that signed it.",
		O(VOTES) | O(OBSERVED) | O(WHEN) | O(MESSAGE) | O(OUT) | O(KEY) | O(MEMBER) | O(PASSPHRASE) | O(JSON), 1, 1 },
	{ "complaints", cmd_complaints, "what members say against members", "[MEMBER]", "gmc complaints\ngmc complaints mallory", NULL,
		O(JSON), 0, 1 },
	{ "submit", cmd_submit, "send a signed object that was made elsewhere", "FILE",
		"gmc submit vote.json\n"
		"gmc submit -      # from standard input\n"
		"gmc submit approved.json --server http://127.0.0.1:8080      # a first charter",
		"Votes, vouches, challenges that were met, applications, complaints, motions, operators' words, withdrawals, renewals, revocations and "
		"signed charters.",
		O(SERVER) | O(JSON), 1, 1 },
	{ "fetch", cmd_fetch, "get newer charters, lists and the newest certificate", "[LINK]",
		"gmc fetch                                  # fit for a timer\n"
		"gmc fetch 'https://host/g/NAME#sha256:...' # pins a group without asking to be admitted",
		"Whoever was admitted gets the first certificate and the record.", O(KEY) | O(PASSPHRASE), 0, 1 },
	{ "renew", cmd_renew, "get a new certificate", "", "gmc renew\ngmc renew --rekey      # with a new key",
		"Where the group decides on renewals it waits for that, for --wait.",
		O(REKEY) | O(TYPE) | O(KEY) | O(PASSPHRASE) | O(WAIT) | O(JSON), 0, 0 },
	{ "recover", cmd_recover, "ask the group for a new key, for a member that lost its own", "MEMBER",
		"gmc recover ana\ngmc recover 3f9a... --wait 2d",
		"In a folder that has pinned the group (gmc fetch LINK). Makes a key when there is none. The same command asks again.",
		O(TYPE) | O(KEY) | O(PASSPHRASE) | O(WAIT) | O(JSON), 1, 1 },
	{ "object", cmd_object, "say that your key is not lost, when somebody asks to replace it", "NUMBER", "gmc object 17", NULL,
		O(KEY) | O(PASSPHRASE) | O(JSON), 1, 1 },
	{ "revoke", cmd_revoke, "leave the group, or revoke a key, a certificate or a member", "",
		"gmc revoke                                          # leave the group, for good\n"
		"gmc revoke --own-key --cause key_compromise\n"
		"gmc revoke --serial 7c41... --cause superseded --yes\n"
		"gmc revoke --member 3f9a... --key operator.pem      # where the charter lets operators",
		NULL, O(CAUSE) | O(SERIAL) | O(THUMBPRINT) | O(OWN_KEY) | O(MEMBER) | O(KEY) | O(PASSPHRASE) | O(YES), 0, 0 },
	{ "verify", cmd_verify, "may the holder of a certificate take part now?", "CERT",
		"gmc verify --trust trust.json gmc.pem\n"
		"gmc verify gmc.pem --explain --record record.json\n"
		"gmc verify - <gmc.pem && echo welcome",
		"Exit codes: 0 member, 10 not a member, 11 expired, 12 revoked, 13 cannot tell, 14 forged.",
		O(TRUST) | O(NOW) | O(EXPLAIN) | O(RECORD) | O(JSON), 1, 1 },
	{ "audit", cmd_audit, "decide a record again, or check the whole log", "[RECORD|NUMBER]",
		"gmc audit --trust trust.json record.json\n"
		"gmc audit 17                # of a proposal of the group\n"
		"gmc audit --log             # every entry of the group's log",
		"Exit codes: 0 decided yes (or the log holds), 10 decided no, or of another group, 13 cannot tell, 14 forged or altered.",
		O(TRUST) | O(LOG) | O(NOW) | O(JSON), 0, 1 },
	{ "show", cmd_show, "what a file says: any signed object, record, certificate or list", "FILE",
		"gmc show vote.json\ngmc show crl.pem", NULL, O(JSON), 1, 1 },
	{ "charter show", cmd_charter_show, "print a charter", "[VERSION|DIGEST|FILE]",
		"gmc charter show > next.json        # to edit it\n"
		"gmc charter show 3 > next.json      # back to its rules: gmc charter propose next.json makes a new version of them",
		NULL, O(JSON), 0, 1 },
	{ "charter explain", cmd_charter_explain, "say a charter in words", "[VERSION|DIGEST|FILE]",
		"gmc charter explain\ngmc charter explain draft.json --members 12",
		"With a number of members it tells how few can admit or expel, and how few can keep others from it.", O(MEMBERS) | O(JSON),
		0, 1 },
	{ "charter lint", cmd_charter_lint, "check a charter before it is proposed", "[VERSION|DIGEST|FILE]",
		"gmc charter lint next.json\ngmc charter lint next.json --members 40 --turnout 60", NULL, O(MEMBERS) | O(TURNOUT) | O(JSON),
		0, 1 },
	{ "charter decide", cmd_charter_decide, "what a charter says of a scenario, and why", "VERSION|DIGEST|FILE SCENARIO",
		"gmc charter decide next.json three-vouch.json\n"
		"echo '{\"members\": 5, \"yes\": 2}' | gmc charter decide next.json -",
		"Prints each part of the rule, and the smallest thing that would change the verdict. charter(5) describes scenarios. "
		"Exit codes: 0 yes, 10 no, 13 not yet, 1 not what the scenario expects.",
		O(JSON), 2, 2 },
	{ "charter replay", cmd_charter_replay, "decide past and open applications again under a draft", "VERSION|DIGEST|FILE [RECORD...]",
		"gmc charter replay next.json             # all of the group, from its server\n"
		"gmc charter replay next.json --all       # those that stay as they are, too\n"
		"gmc charter replay next.json records/    # from files and folders, audited first",
		"Lists whose answer the draft would change, and why, with the votes and times that there were. "
		"Exit codes: 0 none, 10 some, 13 none, but some cannot be told.",
		O(ALL) | O(TRUST) | O(JSON), 1, ARGUMENTS_MAX },
	{ "charter propose", cmd_charter_propose, "make the next version of an edited charter, approve and post it", "FILE",
		"gmc charter show > next.json; $EDITOR next.json; gmc charter propose next.json\n"
		"gmc charter propose next.json --effective 2d --key admin.pem",
		"Fills version, previous, genesis, log and effective. --yes posts in spite of lint's errors; what lint finds asks for a reason.",
		O(EFFECTIVE) | O(MEMBERS) | O(TURNOUT) | O(BECAUSE) | O(KEY) | O(PASSPHRASE) | O(OFFLINE) | O(OUT) | O(YES) | O(JSON), 1,
		1 },
	{ "charter approve", cmd_charter_approve, "approve a draft as an administrator", "DIGEST|FILE",
		"gmc charter approve sha256:3f9a...\n"
		"gmc charter approve draft.json --server http://127.0.0.1:8080      # the first charter\n"
		"gmc charter approve draft.json --offline --out approved.json\n"
		"gmc charter approve draft.json --because \"we are three, and stay three\"",
		"--yes approves in spite of lint's errors; what lint finds asks for a reason.",
		O(MEMBERS) | O(TURNOUT) | O(BECAUSE) | O(KEY) | O(PASSPHRASE) | O(OFFLINE) | O(OUT) | O(SERVER) | O(YES) | O(JSON), 1, 1 },
	{ "charter take", cmd_charter_take, "pin further versions out of a file", "FILE",
		"gmc charter take successor.json\n"
		"gmc charter take trust.json      # all that another member has pinned",
		"For when the authority is gone, or does not show its successor. The file is a signed charter, with the record of the vote where one "
		"was asked for, or another's trust file. Later commands talk to the address that it names.",
		0, 1, 1 },
	{ "charter freeze", cmd_charter_freeze, "stop admissions for a while, as an administrator", "DURATION|FILE",
		"gmc charter freeze 2h --key admin.pem\n"
		"gmc charter freeze 2d --key ann.pem --out freeze.json        # where the charter asks for two\n"
		"gmc charter freeze freeze.json --key bob.pem",
		"At most 30 days, and it ends by itself. A FILE gets one more signature, and goes to the server when there are enough.",
		O(KEY) | O(PASSPHRASE) | O(OUT) | O(YES) | O(JSON), 1, 1 },
};

const struct command *command_at(size_t i)
{
	return i < sizeof(commands) / sizeof(commands[0]) ? &commands[i] : NULL;
}
