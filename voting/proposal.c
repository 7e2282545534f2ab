/* SPDX-License-Identifier: ISC */
#include "voting/proposal.h"

#include <string.h>

#include "base/digest.h"
#include "base/time.h"

enum { TERM_MIN = 60, TERM_MAX = 31536000 };

static bool read_seeder(const struct at *node, struct proposal *p)
{
	static const char *const members[] = { "number", "seed", NULL };
	int64_t number = 0;
	struct at seeder;

	if (!at_optional(node, "seeder", &seeder))
		return false;
	p->has_seeder = seeder.v != NULL;
	if (!p->has_seeder)
		return true;
	if (!at_only(&seeder, members) || !at_int(&seeder, "number", 0, JSON_INT_MAX, &number) ||
		!at_base64_exact(&seeder, "seed", p->seeder_seed, sizeof(p->seeder_seed)))
		return false;
	p->seeder_number = (uint64_t)number;
	return true;
}

static bool read_node(const struct at *at, struct proposal *p)
{
	static const char *const members[] = { "id", "seed", "number", "seeder", NULL };
	struct at node;
	int64_t number = 0;

	if (!at_member(at, "node", &node) || !at_only(&node, members) || !at_id16(&node, "id", &p->node) ||
		!at_base64_exact(&node, "seed", p->seed, sizeof(p->seed)) || !at_int(&node, "number", 0, JSON_INT_MAX, &number))
		return false;
	p->seed_number = (uint64_t)number;
	return read_seeder(&node, p);
}

static bool read_neighbours(const struct at *ring, const char *name, struct id16 *out, size_t *out_n)
{
	struct at list, one;
	size_t n;

	if (!at_member(ring, name, &list) || !at_array(&list, 0, RING_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!at_element(&list, i, &one) || !at_id16(&one, NULL, &out[i]))
			return false;
		for (size_t k = 0; k < i; k++)
			if (id16_compare(&out[k], &out[i]) == 0)
				return at_refuse(&one, "bad_value", "this member stands in the list already");
	}
	*out_n = n;
	return true;
}

static bool read_ring(const struct at *at, struct proposal *p)
{
	static const char *const members[] = { "nearest", "opposite", NULL };
	struct at ring;

	if (!at_optional(at, "ring", &ring))
		return false;
	p->has_ring = ring.v != NULL;
	return !p->has_ring ||
		(at_only(&ring, members) && read_neighbours(&ring, "nearest", p->nearest, &p->nearest_n) &&
			read_neighbours(&ring, "opposite", p->opposite, &p->opposite_n));
}

/* What stands in a proposal beside the subject depends on the question; nothing may stand there that means nothing. */
static bool read_question(const struct at *at, struct proposal *p)
{
	static const char *const not_for[][6] = {
		[Q_ADMIT] = { NULL },
		[Q_EXPEL] = { "key", "node", "ring", "again", NULL },
		[Q_AMEND] = { "key", "node", "ring", "member", NULL },
		[Q_RENEW] = { "key", "node", "ring", NULL },
		[Q_RECOVER] = { "node", "ring", "again", NULL },
	};
	const char *const *refused;
	struct at place;
	int question = 0;

	if (!at_word(at, "question", question_words, &question) || !at_digest(at, "subject", &p->subject))
		return false;
	p->question = (enum question)question;
	for (refused = not_for[question]; *refused != NULL; refused++)
		if (at_has(at, *refused) && at_member(at, *refused, &place))
			return at_refuse(
				&place, "unknown_member", "this member means nothing for the question \"%s\"", question_words[question]);
	if (at_has(at, "again") && (!at_bool(at, "again", &p->again) || !p->again))
		return err_ok(at->e) && at_refuse(at, "bad_value", "\"again\" is true, or not there");
	if (p->question == Q_ADMIT)
		return at_thumb(at, "key", &p->key) && at_id16(at, "member", &p->member) && read_node(at, p) && read_ring(at, p);
	return (p->question != Q_RECOVER || at_thumb(at, "key", &p->key)) && (p->question == Q_AMEND || at_id16(at, "member", &p->member));
}

static bool read_electorate(const struct at *at, struct proposal *p)
{
	static const char *const members[] = { "size", "root", "n", "without", NULL };
	struct at electorate;
	int64_t size = 0, n = 0, without = 0;

	if (!at_member(at, "electorate", &electorate) || !at_only(&electorate, members) ||
		!at_int(&electorate, "size", 0, JSON_INT_MAX, &size) || !at_digest(&electorate, "root", &p->electorate_root) ||
		!at_int(&electorate, "n", 0, UINT32_MAX, &n))
		return false;
	if (at_has(&electorate, "without") && !at_int(&electorate, "without", 1, n, &without))
		return false;
	p->electorate_size = (uint64_t)size;
	p->electorate_n = (uint32_t)n;
	p->electorate_without = (uint32_t)without;
	return true;
}

/* One chain a group: the first proposal follows nothing, every other one follows one. */
static bool read_number(const struct at *at, struct proposal *p)
{
	struct at previous;
	int64_t number = 0;

	if (!at_int(at, "number", 1, JSON_INT_MAX, &number) || !at_optional(at, "previous", &previous))
		return false;
	p->number = (uint64_t)number;
	if (number > 1)
		return at_digest(at, "previous", &p->previous);
	return previous.v == NULL || at_refuse(&previous, "bad_value", "proposal number 1 follows no other");
}

bool proposal_parse(const struct jws *j, struct proposal *out, struct err *e)
{
	static const char *const members[] = { "charter", "number", "previous", "question", "again", "subject", "key", "member", "node",
		"ring", "electorate", "opened", "term", NULL };
	struct proposal p = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_PROPOSAL, j, members, &o, &at, e))
		return false;
	p.digest = o.digest;
	p.genesis = o.genesis;
	rc = at_digest(&at, "charter", &p.charter) && read_number(&at, &p) && read_question(&at, &p) && read_electorate(&at, &p) &&
		at_int(&at, "opened", 0, TIME_MAX, &p.opened) && at_int(&at, "term", TERM_MIN, TERM_MAX, &p.term);
	if (rc)
		*out = p;
	object_free(&o);
	return rc;
}

static bool set_seeder(json_t *node, const struct proposal *p)
{
	json_t *seeder;

	if (!p->has_seeder)
		return true;
	seeder = json_object();
	if (object_set_int(seeder, "number", (int64_t)p->seeder_number) &&
		object_set_base64(seeder, "seed", slice_of(p->seeder_seed, sizeof(p->seeder_seed))))
		return json_object_set_new(node, "seeder", seeder) == 0;
	json_decref(seeder);
	return false;
}

static bool set_node(json_t *o, const struct proposal *p)
{
	json_t *node = json_object();

	if (object_set_id16(node, "id", &p->node) && object_set_base64(node, "seed", slice_of(p->seed, sizeof(p->seed))) &&
		object_set_int(node, "number", (int64_t)p->seed_number) && set_seeder(node, p))
		return json_object_set_new(o, "node", node) == 0;
	json_decref(node);
	return false;
}

static json_t *neighbours(const struct id16 *members, size_t n)
{
	json_t *list = json_array();
	char text[ID16_TEXT];

	for (size_t i = 0; i < n; i++) {
		id16_text(&members[i], text);
		if (json_array_append_new(list, json_string(text)) == 0)
			continue;
		json_decref(list);
		return NULL;
	}
	return list;
}

static bool set_ring(json_t *o, const struct proposal *p)
{
	json_t *ring;

	if (!p->has_ring)
		return true;
	ring = json_object();
	if (json_object_set_new(ring, "nearest", neighbours(p->nearest, p->nearest_n)) == 0 &&
		json_object_set_new(ring, "opposite", neighbours(p->opposite, p->opposite_n)) == 0)
		return json_object_set_new(o, "ring", ring) == 0;
	json_decref(ring);
	return false;
}

static bool set_question(json_t *o, const struct proposal *p)
{
	if (!object_set_string(o, "question", question_name(p->question)) ||
		(p->again && json_object_set_new(o, "again", json_true()) != 0) || !object_set_digest(o, "subject", &p->subject))
		return false;
	if (p->question == Q_ADMIT)
		return object_set_thumb(o, "key", &p->key) && object_set_id16(o, "member", &p->member) && set_node(o, p) && set_ring(o, p);
	if (p->question == Q_RECOVER && !object_set_thumb(o, "key", &p->key))
		return false;
	return p->question == Q_AMEND || object_set_id16(o, "member", &p->member);
}

static bool set_electorate(json_t *o, const struct proposal *p)
{
	json_t *electorate = json_object();

	if (object_set_int(electorate, "size", (int64_t)p->electorate_size) && object_set_digest(electorate, "root", &p->electorate_root) &&
		object_set_int(electorate, "n", p->electorate_n) &&
		(p->electorate_without == 0 || object_set_int(electorate, "without", p->electorate_without)))
		return json_object_set_new(o, "electorate", electorate) == 0;
	json_decref(electorate);
	return false;
}

json_t *proposal_print(const struct proposal *p)
{
	json_t *o = object_begin(KIND_PROPOSAL, &p->genesis);

	if (object_set_digest(o, "charter", &p->charter) && object_set_int(o, "number", (int64_t)p->number) &&
		(p->number == 1 || object_set_digest(o, "previous", &p->previous)) && set_question(o, p) && set_electorate(o, p) &&
		object_set_int(o, "opened", p->opened) && object_set_int(o, "term", p->term))
		return o;
	json_decref(o);
	return NULL;
}

int64_t proposal_closes(const struct proposal *p)
{
	return p->opened + p->term;
}

static void derive(
	const char *label, const struct digest *genesis, const struct digest *application, const uint8_t seed[static 32], struct id16 *out)
{
	const struct slice parts[] = { slice_of(genesis->b, sizeof(genesis->b)), slice_of(application->b, sizeof(application->b)),
		slice_of(seed, 32) };
	struct digest d;

	digest_labelled(label, parts, 3, &d);
	memcpy(out->b, d.b, sizeof(out->b));
}

void proposal_member(const struct digest *genesis, const struct digest *application, const uint8_t seed[static 32], struct id16 *out)
{
	derive("gmc-member/1", genesis, application, seed, out);
}

void proposal_node(const struct digest *genesis, const struct digest *application, const uint8_t seed[static 32], struct id16 *out)
{
	derive("gmc-node/1", genesis, application, seed, out);
}

void proposal_key_node(const struct digest *genesis, const struct digest *thumb, struct id16 *out)
{
	const struct slice parts[] = { slice_of(genesis->b, sizeof(genesis->b)), slice_of(thumb->b, sizeof(thumb->b)) };
	struct digest d;

	digest_labelled("gmc-node-key/1", parts, 2, &d);
	memcpy(out->b, d.b, sizeof(out->b));
}

static void derive_both(const char *label, const struct proposal *p, struct id16 *out)
{
	const struct slice parts[] = { slice_of(p->genesis.b, sizeof(p->genesis.b)), slice_of(p->subject.b, sizeof(p->subject.b)),
		slice_of(p->seed, sizeof(p->seed)), slice_of(p->seeder_seed, sizeof(p->seeder_seed)) };
	struct digest d;

	digest_labelled(label, parts, 4, &d);
	memcpy(out->b, d.b, sizeof(out->b));
}

void proposal_places(const struct proposal *p, bool by_key, struct id16 *member, struct id16 *node)
{
	if (p->has_seeder) {
		derive_both("gmc-member/2", p, member);
		derive_both("gmc-node/2", p, node);
	} else {
		proposal_member(&p->genesis, &p->subject, p->seed, member);
		proposal_node(&p->genesis, &p->subject, p->seed, node);
	}
	if (by_key)
		proposal_key_node(&p->genesis, &p->key, node);
}

void proposal_commitment(const struct digest *genesis, uint64_t number, const uint8_t seed[static 32], struct digest *out)
{
	uint8_t big_endian[8];
	const struct slice parts[] = { slice_of(genesis->b, sizeof(genesis->b)), slice_of(big_endian, sizeof(big_endian)),
		slice_of(seed, 32) };

	for (size_t i = 0; i < sizeof(big_endian); i++)
		big_endian[i] = (uint8_t)(number >> (56 - 8 * i));
	digest_labelled("gmc-seed/1", parts, 3, out);
}
