/* SPDX-License-Identifier: ISC
 * Names that can stand before the @ of a RELOAD user name. */
#include "charter/charter.h"

#include <string.h>

/* atext of RFC 5322 section 3.2.3 */
static bool is_atext(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
		(ch != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", ch) != NULL);
}

/* dot-atom-text: atoms, none of them empty, with a dot between each two */
bool charter_takes_name(const struct charter *c, const char *name)
{
	bool atom = false;

	if (!c->membership.reload || c->membership.names != NAMES_NAME)
		return true;
	for (const char *s = name; *s != '\0'; s++) {
		if (*s == '.' ? !atom : !is_atext(*s))
			return false;
		atom = *s != '.';
	}
	return atom && strlen(name) <= CHARTER_NAME_MAX;
}
