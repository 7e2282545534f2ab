/* SPDX-License-Identifier: ISC */
#include "charter/object.h"

#include <string.h>

#include "base/digest.h"

enum { MEMBERS_MAX = 40 };

static const char *const common[] = { "kind", "format", "genesis", "extensions" };
enum { COMMON_N = sizeof(common) / sizeof(common[0]) };

/* The kind is looked at before the members: whoever sends another object than was meant shall hear that, and not of its members. */
static bool read_kind(const struct at *at, const char *kind)
{
	const char *said;
	struct at place;
	int64_t format;

	if (!at_string(at, "kind", 1, 64, &said) || !at_member(at, "kind", &place))
		return false;
	if (strcmp(said, kind) != 0)
		return at_refuse(&place, "wrong_kind", "this is an object of another kind, \"%s\" is needed here", kind);
	if (!at_int(at, "format", 0, JSON_INT_MAX, &format) || !at_member(at, "format", &place))
		return false;
	if (format != OBJECT_FORMAT)
		return at_refuse(&place, "wrong_format", "format %d is read here; a newer program may know this one", OBJECT_FORMAT);
	return true;
}

static bool read_only(const struct at *at, const char *const *members)
{
	const char *all[COMMON_N + MEMBERS_MAX + 1];
	size_t n = 0;

	for (; n < COMMON_N; n++)
		all[n] = common[n];
	for (size_t i = 0; members[i] != NULL && n < COMMON_N + MEMBERS_MAX; i++)
		all[n++] = members[i];
	all[n] = NULL;
	return at_only(at, all);
}

static bool label_is_clean(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 63 && s[0] != '-' && s[n - 1] != '-' && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static bool read_extension(const struct at *extensions, const char *name)
{
	static const char *const members[] = { "critical", "value", NULL };
	struct at one, value;
	bool critical;

	if (!at_member(extensions, name, &one))
		return false;
	if (!label_is_clean(name))
		return at_refuse(&one, "bad_value", "the name of an extension is 1 to 63 of a-z, 0-9 and '-', without '-' at its ends");
	if (!at_only(&one, members) || !at_bool(&one, "critical", &critical) || !at_member(&one, "value", &value))
		return false;
	if (critical)
		return at_refuse(&one, "unknown_extension", "this extension is critical and not known here; a newer program may know it");
	return true;
}

/* This format knows no extension yet: what is not critical is kept with the payload's bytes, and ignored. */
static bool read_extensions(const struct at *at)
{
	struct at extensions;
	const char *name;
	json_t *value;

	if (!at_optional(at, "extensions", &extensions))
		return false;
	if (extensions.v == NULL)
		return true;
	if (!json_is_object(extensions.v))
		return at_refuse(&extensions, "wrong_type", "extensions are an object of {\"critical\", \"value\"}");
	if (json_object_size(extensions.v) > EXTENSIONS_MAX)
		return at_refuse(&extensions, "out_of_range", "an object has at most %d extensions", EXTENSIONS_MAX);
	/* jansson takes the object as not const, and does not change it */
	json_object_foreach((json_t *)(uintptr_t)extensions.v, name, value)
	{
		if (!read_extension(&extensions, name))
			return false;
	}
	return true;
}

/* Only the first version of a charter has no genesis yet: it will be it. Whether the version is the first is for charter_parse to say. */
static bool read_genesis(const struct at *at, const char *kind, struct digest *out)
{
	if (strcmp(kind, KIND_CHARTER) == 0 && !at_has(at, "genesis"))
		return err_ok(at->e);
	return at_digest(at, "genesis", out);
}

bool object_read(const char *kind, struct slice payload, const char *const *members, struct object *out, struct at *at, struct err *e)
{
	const struct kind *k = kind_find(kind);
	struct object o = { 0 };

	*out = o;
	if (k == NULL)
		return err_set(e, "wrong_kind", "there is no kind of object of this name");
	o.doc = json_read(payload, k->max, e);
	if (o.doc == NULL)
		return false;
	*at = at_root(o.doc, e);
	if (!read_kind(at, kind) || !read_only(at, members) || !read_genesis(at, kind, &o.genesis) || !read_extensions(at)) {
		object_free(&o);
		return false;
	}
	digest_of(kind, payload, &o.digest);
	*out = o;
	return true;
}

bool object_open(const char *kind, const struct jws *j, const char *const *members, struct object *out, struct at *at, struct err *e)
{
	memset(out, 0, sizeof(*out));
	return jws_is(j, kind, e) && object_read(kind, buf_slice(&j->payload), members, out, at, e);
}

void object_free(struct object *o)
{
	if (o == NULL)
		return;
	json_decref(o->doc);
	memset(o, 0, sizeof(*o));
}

json_t *object_begin(const char *kind, const struct digest *genesis)
{
	json_t *o = json_object();

	if (object_set_string(o, "kind", kind) && object_set_int(o, "format", OBJECT_FORMAT) &&
		(genesis == NULL || object_set_digest(o, "genesis", genesis)))
		return o;
	json_decref(o);
	return NULL;
}

bool object_set_digest(json_t *o, const char *name, const struct digest *d)
{
	char text[DIGEST_TEXT];

	digest_text(d, text);
	return object_set_string(o, name, text);
}

bool object_set_id16(json_t *o, const char *name, const struct id16 *id)
{
	char text[ID16_TEXT];

	id16_text(id, text);
	return object_set_string(o, name, text);
}

bool object_set_thumb(json_t *o, const char *name, const struct digest *thumb)
{
	char text[THUMB_TEXT];

	thumb_text(thumb, text);
	return object_set_string(o, name, text);
}

bool object_set_int(json_t *o, const char *name, int64_t v)
{
	return json_object_set_new(o, name, json_integer(v)) == 0;
}

bool object_set_string(json_t *o, const char *name, const char *s)
{
	return json_object_set_new(o, name, json_string(s)) == 0;
}

bool object_set_base64(json_t *o, const char *name, struct slice bytes)
{
	struct buf text = { 0 };
	bool rc = false;

	if (buf_reserve(&text, base64url_length(bytes.n) + 1)) {
		base64url_encode(bytes.p, bytes.n, (char *)text.p);
		rc = object_set_string(o, name, (const char *)text.p);
	}
	buf_free(&text);
	return rc;
}

bool object_set_key(json_t *o, const char *name, const struct sig_pub *k)
{
	return json_object_set_new(o, name, jwk_print(k)) == 0;
}

bool object_set_part(json_t *o, const char *name, const json_t *part)
{
	return part == NULL || json_object_set_new(o, name, json_deep_copy(part)) == 0;
}

bool object_set_tree(json_t *o, const char *name, uint64_t size, const struct digest *root)
{
	json_t *tree = json_object();

	if (size <= (uint64_t)JSON_INT_MAX && object_set_int(tree, "size", (int64_t)size) && object_set_digest(tree, "root", root))
		return json_object_set_new(o, name, tree) == 0;
	json_decref(tree);
	return false;
}

bool at_tree(const struct at *at, const char *name, uint64_t *size, struct digest *root)
{
	static const char *const members[] = { "size", "root", NULL };
	struct digest r;
	struct at tree;
	int64_t n;

	if (!at_member(at, name, &tree) || !at_only(&tree, members))
		return false;
	if (!at_int(&tree, "size", 0, JSON_INT_MAX, &n) || !at_digest(&tree, "root", &r))
		return false;
	*size = (uint64_t)n;
	*root = r;
	return true;
}

bool at_scheme(const struct at *at, const json_t **out)
{
	struct at part;

	*out = NULL;
	if (!at_optional(at, "scheme", &part))
		return false;
	if (part.v != NULL && !json_is_object(part.v))
		return at_refuse(&part, "wrong_type", "this must be an object");
	*out = part.v;
	return true;
}

bool at_key(const struct at *at, const char *name, struct sig_pub *out)
{
	struct at key;

	return at_member(at, name, &key) && jwk_parse(&key, out);
}

bool at_jws(const struct at *at, const char *name, struct jws *out)
{
	struct at envelope;

	memset(out, 0, sizeof(*out));
	return at_member(at, name, &envelope) && jws_read(&envelope, out);
}

json_t *object_sign(struct crypto *c, const char *kind, json_t *o, const struct sig_key *k, struct err *e)
{
	const struct sig_key *const keys[] = { k };
	const struct kind *row = kind_find(kind);
	struct buf payload = { 0 };
	json_t *signed_object = NULL;

	if (o == NULL) {
		err_memory(e);
		return NULL;
	}
	if (row == NULL) {
		err_set(e, "wrong_kind", "there is no kind of object of this name");
		goto out;
	}
	if (!json_write(o, &payload, e))
		goto out;
	if (payload.n > row->max) {
		err_set(e, "too_large", "the payload would have %zu bytes, at most %zu are allowed", payload.n, row->max);
		goto out;
	}
	signed_object = jws_sign(c, kind, buf_slice(&payload), keys, 1, e);
out:
	buf_free(&payload);
	json_decref(o);
	return signed_object;
}
