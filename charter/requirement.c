/* SPDX-License-Identifier: ISC */
#include "charter/requirement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "charter/leaf.h"

static bool read_children(const struct at *at, struct requirement *r, uint32_t *leaves);

static bool read_k_of(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	static const char *const members[] = { "k", "of", NULL };
	struct at of, k;

	if (!at_only(at, members) || !leaf_count(at, "k", &r->k) || !at_member(at, "of", &of) || !read_children(&of, r, leaves))
		return false;
	if (r->k > r->n)
		return at_member(at, "k", &k) && leaf_refuse(&k, "more is asked for than stands in \"of\": this can never be met");
	return true;
}

/* All types; adding one is one row here and one reader. In the order of enum requirement_type. */
static const struct {
	const char *name;
	bool (*leaf)(const struct at *at, struct requirement *r); /* NULL: a group of others */
	bool (*group)(const struct at *at, struct requirement *r, uint32_t *leaves);
} types[REQ_TYPES] = {
	{ "all", NULL, read_children },
	{ "any", NULL, read_children },
	{ "at_least", NULL, read_k_of },
	{ "list", leaf_list, NULL },
	{ "authority", leaf_authority, NULL },
	{ "votes", leaf_votes, NULL },
	{ "vouches", leaf_vouches, NULL },
	{ "captcha", leaf_captcha, NULL },
	{ "work", leaf_work, NULL },
	{ "external", leaf_external, NULL },
	{ "invitation", leaf_invitation, NULL },
};

static bool read_type(const struct at *at, struct at *inside, enum requirement_type *out)
{
	const char *name;

	if (!json_is_object(at->v))
		return at_refuse(at, "wrong_type", "a requirement is an object with one member, such as {\"votes\": ...}");
	if (json_object_size(at->v) != 1)
		return leaf_refuse(at, "a requirement has exactly one member; put several into {\"all\": [...]} or {\"any\": [...]}");
	name = json_object_iter_key(json_object_iter((json_t *)(uintptr_t)at->v));
	if (!at_member(at, name, inside))
		return false;
	for (int t = 0; t < REQ_TYPES; t++) {
		if (strcmp(types[t].name, name) != 0)
			continue;
		*out = (enum requirement_type)t;
		return true;
	}
	return at_refuse(inside, "unknown_leaf", "no requirement has this name; a newer program may know it");
}

/* Never deeper than JSON_DEPTH_MAX lets a document be. */
static bool read_node(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	struct at inside;

	if (!read_type(at, &inside, &r->type))
		return false;
	if (types[r->type].leaf == NULL)
		return types[r->type].group(&inside, r, leaves);
	if (++*leaves > REQ_LEAVES_MAX)
		return at_refuse(
			&inside, "too_many_leaves", "a charter has at most %d requirements that are no groups of others", REQ_LEAVES_MAX);
	return types[r->type].leaf(&inside, r);
}

static bool read_children(const struct at *at, struct requirement *r, uint32_t *leaves)
{
	size_t n;

	if (!at_array(at, 1, REQ_CHILDREN_MAX, &n))
		return false;
	r->child = calloc(n, sizeof(*r->child));
	if (r->child == NULL)
		return err_memory(at->e);
	r->n = (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		struct at place;

		if (!at_element(at, i, &place) || !read_node(&place, &r->child[i], leaves))
			return false;
	}
	return true;
}

struct requirement *requirement_parse(const struct at *at, uint32_t *leaves)
{
	struct requirement *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_memory(at->e);
		return NULL;
	}
	if (read_node(at, r, leaves))
		return r;
	requirement_free(r);
	return NULL;
}

static void release(struct requirement *r)
{
	for (uint32_t i = 0; i < r->n; i++)
		release(&r->child[i]);
	free(r->child);
	free(r->list.keys);
	free(r->votes.of);
}

void requirement_free(struct requirement *r)
{
	if (r == NULL)
		return;
	release(r);
	free(r);
}

const char *requirement_name(enum requirement_type t)
{
	return types[t].name;
}

bool requirement_has(const struct requirement *r, enum requirement_type t)
{
	if (r == NULL)
		return false;
	if (r->type == t)
		return true;
	for (uint32_t i = 0; i < r->n; i++)
		if (requirement_has(&r->child[i], t))
			return true;
	return false;
}

int64_t requirement_effort(const struct requirement *r)
{
	int64_t most = r->type == REQ_WORK ? r->effort : 0;

	for (uint32_t i = 0; i < r->n; i++) {
		int64_t below = requirement_effort(&r->child[i]);

		most = below > most ? below : most;
	}
	return most;
}
