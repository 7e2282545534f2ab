/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/merkle_tree.h"
#include "peer/crl.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/records.h"
#include "tests/peer/counter.h"

enum { WORDS = 24 };

static const char *const names[CHARTERS_FOUNDERS] = { "ana", "bo", "cy" };

/* The world's clock, for gmc: tests of one program run one after the other. */
static int64_t counter_now;
static int64_t counter_clock(void)
{
	return counter_now;
}

/* ---- what the server says */

static void say_json(struct served_answer *out, int status, json_t *doc)
{
	char *text = json_dumps(doc, JSON_COMPACT);

	served_say(out, status, text != NULL ? text : "null");
	free(text);
	json_decref(doc);
}

static void say_bytes(struct served_answer *out, const struct buf *b)
{
	out->status = 200;
	out->body = malloc(b->n);
	out->n = b->n;
	memcpy(out->body, b->p, b->n);
}

static void say_problem(struct served_answer *out, int status, const char *name)
{
	char urn[96];

	snprintf(urn, sizeof(urn), "urn:charterhouse:problem:%s", name);
	say_json(out, status, json_pack("{s:s, s:s}", "type", urn, "detail", "the test says so, and \xc2\x9b\x32J clears a terminal"));
}

static void say_crl(const struct counter *c, struct served_answer *out)
{
	const struct world *w = c->w;
	struct buf tbs = { 0 }, der = { 0 };
	uint8_t ski[20], sig[SIG_BYTES];

	profile_ski(&w->issuer.key, ski);
	crl_build(&w->genesis, w->issuer.key.alg, ski, 1, w->now, w->now + 86400, NULL, 0, &tbs);
	if (sig_sign(w->c, w->issuing, buf_slice(&tbs), sig, NULL) && profile_seal(buf_slice(&tbs), w->issuer.key.alg, sig, &der))
		say_bytes(out, &der);
	buf_free(&tbs);
	buf_free(&der);
}

static void serial_text(const struct world *w, size_t i, char out[static ID16_TEXT])
{
	struct gmc_fields f = world_fields(w, i);

	id16_text(&f.serial, out);
}

static void say_member(const struct counter *c, const char *hex, struct served_answer *out)
{
	char member[ID16_TEXT], serial[ID16_TEXT];

	for (size_t i = 0; i < c->w->n; i++) {
		id16_text(&c->w->members[i].member, member);
		serial_text(c->w, i, serial);
		if (strcmp(hex, member) == 0)
			say_json(out, 200,
				json_pack("{s:s, s:s, s:[{s:s, s:I, s:s, s:b}]}", "member", member, "state", "member", "certificates",
					"serial", serial, "until", (json_int_t)(c->w->now + 1000), "state", "published", "revoked", 0));
	}
	if (out->body == NULL)
		say_problem(out, 404, "not_found");
}

static void say_certificate(const struct counter *c, const char *hex, struct served_answer *out)
{
	struct buf der = { 0 };
	char serial[ID16_TEXT];

	for (size_t i = 0; i < c->w->n; i++) {
		serial_text(c->w, i, serial);
		if (strcmp(hex, serial) != 0)
			continue;
		world_gmc(c->w, i, &der);
		say_bytes(out, &der);
		buf_free(&der);
		return;
	}
	say_problem(out, 404, "not_found");
}

static json_t *summary(const struct counter *c)
{
	const struct proposal *p = &c->w->proposal;
	char digest[DIGEST_TEXT], member[ID16_TEXT];

	digest_text(&p->digest, digest);
	id16_text(&p->member, member);
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s*}", "number", (json_int_t)p->number, "digest",
		digest, "question", question_name(p->question), "member", member, "name",
		p->question == Q_ADMIT ? c->w->application.name : "Gus", "opened", (json_int_t)p->opened, "closes",
		(json_int_t)proposal_closes(p), "electors", (json_int_t)p->electorate_n - (p->question == Q_EXPEL), "yes",
		(json_int_t)c->yes, "no", (json_int_t)0, "abstain", (json_int_t)0, "needs", "2 say yes", "outcome", c->outcome);
}

static void say_proposal(const struct counter *c, struct served_answer *out)
{
	const struct world *w = c->w;
	json_t *doc = summary(c), *application = c->application != NULL ? c->application : w->application_json;

	json_object_set(doc, "proposal", c->proposal != NULL ? c->proposal : w->proposal_json);
	json_object_set(doc, w->proposal.question == Q_ADMIT ? "application" : "motion",
		w->proposal.question == Q_ADMIT ? application : w->motion_json);
	json_object_update(doc, c->beside);
	say_json(out, 200, doc);
}

static void say_application(const struct counter *c, struct served_answer *out)
{
	json_t *doc = json_pack("{s:s, s:s}", "state", c->state != NULL ? c->state : "", "name", "dee");
	struct buf der = { 0 };
	char member[ID16_TEXT];

	if (c->state == NULL) {
		json_decref(doc);
		say_problem(out, 404, "not_found");
		return;
	}
	if (c->show_proposal)
		json_object_set_new(doc, "proposal", json_pack("{s:i}", "number", 1));
	if (c->show_certificate) {
		world_gmc(c->w, CHARTERS_FOUNDERS, &der);
		id16_text(&c->w->members[CHARTERS_FOUNDERS].member, member);
		object_set_base64(doc, "certificate", buf_slice(&der));
		object_set_string(doc, "member", member);
		json_object_set_new(doc, "proposal", json_pack("{s:i, s:i, s:i, s:i}", "number", 1, "electors", 3, "yes", 2, "closes", 0));
		buf_free(&der);
	}
	say_json(out, 200, doc);
}

static void say_receipt(struct counter *c, const char *path, const char *body, struct served_answer *out)
{
	static const struct {
		const char *name, *kind;
	} objects[] = { { "vote", KIND_VOTE }, { "application", KIND_APPLICATION }, { "motion", KIND_MOTION },
		{ "revocation", KIND_REVOCATION }, { "word", KIND_OPERATOR }, { "withdrawal", KIND_WITHDRAWAL } };
	struct receipt r = { .genesis = c->w->genesis, .stored = c->w->now, .due = c->w->now + 1000 };
	json_t *doc = json_loads(body, 0, NULL), *answer = json_object(), *receipt;
	struct jws j;

	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		struct at at = at_root(json_object_get(doc, objects[i].name), NULL);

		if (at.v == NULL || !jws_read(&at, &j))
			continue;
		jws_digest(&j, objects[i].kind, &r.object);
		jws_free(&j);
	}
	r.object.b[0] ^= c->false_receipt;
	receipt = object_sign(c->w->c, KIND_RECEIPT, receipt_print(&r), c->receipt_key != NULL ? c->receipt_key : c->w->keys->notary, NULL);
	if (c->bent_receipt)
		object_set_string(
			receipt, "signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	json_object_set_new(answer, "receipt", receipt);
	json_object_set_new(answer, "proposal", json_integer(7));
	if (strcmp(path, "/charters") == 0)
		json_object_update_new(answer, json_pack("{s:s, s:i, s:i}", "state", "open", "approved", 1, "needed", 2));
	json_decref(c->posted);
	c->posted = doc;
	snprintf(c->posted_to, sizeof(c->posted_to), "%s", path);
	say_json(out, 202, answer);
}

static void say_consistency(const struct counter *c, const char *query, struct served_answer *out)
{
	struct digest path[MERKLE_PATH_MAX];
	struct merkle_tree tree = { 0 };
	unsigned from = 0, to = 0;
	json_t *list = json_array();
	char text[DIGEST_TEXT];
	size_t n;

	if (sscanf(query, "from=%u&to=%u", &from, &to) != 2 || to > c->w->log_n || from == 0 || from > to) {
		say_problem(out, 400, "out_of_range");
		json_decref(list);
		return;
	}
	for (size_t i = 0; i < c->w->log_n; i++)
		assert_true(merkle_tree_append(&tree, &c->w->log[i].leaf, NULL));
	n = merkle_tree_consistency(&tree, from, to, path);
	merkle_tree_free(&tree);
	for (size_t i = 0; i < n; i++) {
		digest_text(&path[i], text);
		json_array_append_new(list, json_string(text));
	}
	say_json(out, 200, json_pack("{s:o}", "path", list));
}

static void say_entries(const struct counter *c, const char *query, struct served_answer *out)
{
	json_t *list = json_array();
	unsigned from = 0;

	if (sscanf(query, "from=%u", &from) != 1)
		from = 0;
	for (size_t i = from; i < c->w->log_n; i++) {
		json_t *one = json_pack("{s:i}", "index", (int)i);

		object_set_base64(one, "entry", buf_slice(&c->w->log[i].bytes));
		if (c->w->log[i].object != NULL)
			json_object_set(one, "object", c->w->log[i].object);
		if (c->w->log[i].evidence != NULL)
			json_object_set(one, "evidence", c->w->log[i].evidence);
		json_array_append_new(list, one);
	}
	say_json(out, 200, json_pack("{s:o, s:i}", "entries", list, "size", (int)c->w->log_n));
}

static bool starts(const char **path, const char *with)
{
	size_t n = strlen(with);

	if (strncmp(*path, with, n) != 0)
		return false;
	*path += n;
	return true;
}

static void get(struct counter *c, const char *path, struct served_answer *out)
{
	if (path[0] == '\0')
		say_json(out, 200, json_pack("{s:i, s:I}", "members", 3, "frozen_until", (json_int_t)c->frozen_until));
	else if (starts(&path, "/trust"))
		say_json(out, 200, c->trust != NULL ? json_incref(c->trust) : world_trust(c->w, NULL));
	else if (starts(&path, "/crl"))
		say_crl(c, out);
	else if (starts(&path, "/members/"))
		say_member(c, path, out);
	else if (starts(&path, "/certificates/"))
		say_certificate(c, path, out);
	else if (starts(&path, "/applications?"))
		served_say(out, 200, "{\"applications\":[{\"name\":\"Ned\",\"state\":\"new\"},{\"name\":\"Oz\",\"state\":\"refused\"}]}");
	else if (starts(&path, "/members?"))
		served_say(out, 200, "{\"members\":[{\"name\":\"Fay\",\"state\":\"member\"},{\"name\":\"Lou\",\"state\":\"left\"}]}");
	else if (starts(&path, "/applications/"))
		say_application(c, out);
	else if (starts(&path, "/proposals?"))
		say_json(out, 200,
			c->w->proposal.number > 0 ? json_pack("{s:[o]}", "proposals", summary(c)) : json_pack("{s:[]}", "proposals"));
	else if (strcmp(path, "/proposals/1/record") == 0 && (c->record != NULL || c->record_problem != NULL))
		c->record != NULL ? say_json(out, 200, json_incref(c->record)) : say_problem(out, 409, c->record_problem);
	else if (starts(&path, "/drafts/") && c->draft != NULL)
		say_json(out, 200, json_incref(c->draft));
	else if (starts(&path, "/proposals/") && strchr(path, '/') == NULL && c->w->proposal.number > 0)
		say_proposal(c, out);
	else if (starts(&path, "/log/head"))
		say_json(out, 200, world_head(c->w));
	else if (starts(&path, "/log/entries?"))
		say_entries(c, path, out);
	else if (starts(&path, "/log/consistency?"))
		say_consistency(c, path, out);
	else
		say_problem(out, 404, "not_found");
}

static void handle(void *arg, const char *method, const char *path, const char *body, struct served_answer *out)
{
	struct counter *c = arg;
	char base[96];

	snprintf(base, sizeof(base), "/v1/groups/%s", c->w->charter->group);
	if (!starts(&path, base)) {
		say_problem(out, 404, "not_found");
		return;
	}
	if (strcmp(method, "GET") == 0) {
		get(c, path, out);
		return;
	}
	c->posts++;
	if (c->problem == NULL) {
		say_receipt(c, path, body, out);
		return;
	}
	say_problem(out, 409, c->problem);
	c->problem = NULL;
}

/* ---- gmc */

static void home_of(const struct counter *c, const char *who, const char *file, char out[static HOME_PATH_MAX])
{
	snprintf(out, HOME_PATH_MAX, "%s/%s%s%s", c->dir, who, file[0] != '\0' ? "/" : "", file);
}

bool counter_has(const struct counter *c, const char *who, const char *file)
{
	char path[HOME_PATH_MAX];

	home_of(c, who, file, path);
	return access(path, F_OK) == 0;
}

json_t *counter_file(const struct counter *c, const char *who, const char *file)
{
	char path[HOME_PATH_MAX];

	home_of(c, who, file, path);
	return json_load_file(path, 0, NULL);
}

void counter_key(const struct counter *c, const char *who, const struct sig_key *k)
{
	char path[HOME_PATH_MAX];
	struct home h = { 0 };

	snprintf(h.dir, sizeof(h.dir), "%s/%s", c->dir, who);
	assert_true(home_save(&h, NULL));
	home_of(c, who, HOME_KEY, path);
	assert_true(keyfile_write(path, k, NULL, NULL));
}

struct counter *counter_open(void (*change)(json_t *charter))
{
	struct counter *c = calloc(1, sizeof(*c));
	struct join_link l = { 0 };

	assert_non_null(c);
	strcpy(c->dir, "/tmp/test-gmc-XXXXXX");
	assert_non_null(mkdtemp(c->dir));
	c->w = world_new(change);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		counter_key(c, names[i], c->w->members[i].key);
	c->served = served_start(handle, c);
	snprintf(l.server, sizeof(l.server), "%s", served_url(c->served));
	snprintf(l.group, sizeof(l.group), "%s", c->w->charter->group);
	l.genesis = c->w->genesis;
	join_link_print(&l, c->link);
	return c;
}

void counter_close(struct counter *c)
{
	json_t *owned[] = { c->trust, c->proposal, c->application, c->record, c->draft, c->posted, c->beside };
	char command[64];

	served_stop(c->served);
	snprintf(command, sizeof(command), "rm -rf %s", c->dir);
	assert_int_equal(system(command), 0);
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		json_decref(owned[i]);
	world_free(c->w);
	free(c->out);
	free(c->err);
	free(c);
}

/* Everybody but `subject` says yes; what comes of it is logged. */
static void decide(struct counter *c, size_t subject)
{
	struct hall h = { .w = c->w };

	h.ev.votes = h.votes;
	h.ev.objects = h.objects;
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		if (i != subject)
			hall_cast(&h, i, CHOICE_YES);
	hall_decide(&h, OUTCOME_YES);
	json_decref(c->record);
	c->record = hall_record(&h, true);
	hall_clear(&h);
}

void counter_admit(struct counter *c)
{
	world_apply(c->w);
	world_propose_admission(c->w);
	decide(c, 2);
}

void counter_expel(struct counter *c, size_t i)
{
	world_propose_expulsion(c->w, i);
	decide(c, i);
}

/* Splits in place. */
static int split(char *line, char *words[WORDS])
{
	int n = 0;

	for (char *s = line; *s != '\0' && n < WORDS;) {
		char end = *s == '\'' ? '\'' : ' ';

		s += end == '\'';
		words[n++] = s;
		s = strchr(s, end);
		if (s == NULL)
			break;
		for (*s++ = '\0'; *s == ' ';)
			s++;
	}
	return n;
}

int counter_run(struct counter *c, const char *who, const char *input, const char *line)
{
	char copy[2048], home[HOME_PATH_MAX], *words[WORDS], option[] = "--home";
	size_t out_n, err_n;
	FILE *in = fmemopen((char *)(uintptr_t)input, strlen(input) > 0 ? strlen(input) : 1, "r"), *out, *err;
	int n, rc;

	free(c->out);
	free(c->err);
	out = open_memstream(&c->out, &out_n);
	err = open_memstream(&c->err, &err_n);
	assert_true(in != NULL && out != NULL && err != NULL);
	snprintf(copy, sizeof(copy), "%s", line);
	n = split(copy, words);
	assert_true(n + 2 <= WORDS);
	home_of(c, who, "", home);
	words[n++] = option;
	words[n++] = home;
	counter_now = c->w->now + 10;
	rc = cli_run(n, words, in, out, err, counter_clock);
	fclose(in);
	fclose(out);
	fclose(err);
	return rc;
}
