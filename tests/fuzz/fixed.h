/* SPDX-License-Identifier: ISC
 * Made by make_corpus.c, together with the corpora. */
#ifndef TESTS_FUZZ_FIXED_H
#define TESTS_FUZZ_FIXED_H

/* clang-format off */
static const char fixed_genesis[] __attribute__((unused)) =
	"sha256:6b343950255b71ea7d08ba95c5fb35008469712cd41a450351d57ddc665ea2f3";
static const char fixed_issuer[] __attribute__((unused)) =
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"6oAg6MBqRsuMNLPlokRDlbbY0dmeV1IjD3gAkOOXeRE\"}";
static const char fixed_charter[] __attribute__((unused)) =
	"{\"kind\":\"gmc-charter\",\"format\":1,\"group\":\"demo\",\"version\":1,\"effective\":1800000000,\"purpose\":\"To try"
	" charters.\",\"authority\":{\"notaries\":[{\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"5LKZ2kw2bGD9r9-sNGxw73"
	"kkGPwxCXYpnWRrXe2kRZ0\"},\"from\":0,\"until\":2000000000}],\"issuing\":[{\"spki\":\"sha256:993da9c50fa3268bbb8"
	"0d1c5c3b5d728c8c17d3428ce81a799d6069838f4b0bb\",\"alg\":\"Ed25519\",\"from\":0,\"until\":2000000000}],\"revoca"
	"tion\":[{\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"W5ojLf4TfWkIE1R3ICRYv0nfdKIpVnB1nGwISH3fi5M\"},\"from\""
	":0,\"until\":2000000000}],\"addresses\":[{\"url\":\"https://charter.example\",\"from\":0,\"until\":2000000000}],"
	"\"operators\":[{\"name\":\"Olga\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"8V_90GPpsRc-HpUgu4mRqxsE3JDI9Duo"
	"6nPR2l8-cmg\"}},{\"name\":\"Otto\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"pru3Q62_NEU_Zt6zE_o3Y1f_9NewvM"
	"NtfMfGO7FjWRI\"}}]},\"administrators\":{\"threshold\":2,\"keys\":[{\"name\":\"Ada\",\"key\":{\"kty\":\"OKP\",\"crv\":\"E"
	"d25519\",\"x\":\"QS9h_I2_3QihqQmn8QNzWHtKPSIum8CrPonDKrit9yU\"}},{\"name\":\"Ben\",\"key\":{\"kty\":\"EC\",\"crv\":\"P"
	"-256\",\"x\":\"EN_7CGW_GfxEtvLD99p-Zh5sfwIyZaPnz_6OELJlkgE\",\"y\":\"GyuiR7bhxt4UKdNQ5xg9JYw5Fb7jnb8WCAaJ7V8"
	"GTOM\"}},{\"name\":\"Cyd\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"8SdgaBglJaE7S7pX_M7LTv9wtVLq2UdxtmbCx6"
	"KfZN8\"}},{\"name\":\"Dee\",\"passkey\":{\"rp\":\"charter.example\",\"origins\":[\"https://charter.example\"],\"id\":"
	"\"ZGVlJ3MgcGFzc2tleQ\",\"key\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"zLlNp8aV4i5wuBg0E1bNzYYCnoEVpoQJJR1vZA5uXO"
	"E\",\"y\":\"vdgctgEGZty_0vAUorv5yhtE77gnqDnZCXleauW-uOw\"}}}]},\"founders\":[{\"name\":\"Fay\",\"csr\":\"MH8wMwIBA"
	"DAAMCowBQYDK2VwAyEAMe6AqJObJe1RYOpSsXaBqcqgWgbMTb_SgzoNoS5baDmgADAFBgMrZXADQQCIedXRhDt97mS7eRPng9uV-"
	"Oly3gnOsD48po-mZ_c0gd5vVCWp9rPNLoogV4BDSpWgi34R0pama_5tptvRSMkM\",\"member\":\"5e8b85faa23a53295fd0459a4"
	"17853d7\"},{\"name\":\"Gus\",\"csr\":\"MH8wMwIBADAAMCowBQYDK2VwAyEAEENYniqFnrNoyJYTEOVtHzjos-Ff4ysMksU82AB1U"
	"zigADAFBgMrZXADQQDynG2uaVIR03c96f-BapcTvMOUgD--PXSJiEgIReJe1rf1HXyLjQFIdMXLwagByvQN1Tslvw4ET8Bttgh9Z"
	"nII\",\"member\":\"520cc1152ec1d941f52ac76b186ad836\"},{\"name\":\"Hal\",\"csr\":\"MIG5MGICAQAwADBZMBMGByqGSM49A"
	"gEGCCqGSM49AwEHA0IABK3Uhm8lIKHoh2tgJNMhkHdIJgVBglk45A_MGseV21Uwh0xZencU9utW72u18UhIDetFs4nMqWdAxddQx"
	"fnKTDWgADAKBggqhkjOPQQDAgNHADBEAiARGhXgA2VxZGIDoXOSdet8xx5uVQY70uTF3AaRNDHV5AIgCiTF2F6fukgdU2xlj1ib-"
	"mVR3nt5D2p_X2AFawxa1J0\",\"member\":\"be99c421e0094480e90bf37c6163f8b1\"}],\"admission\":{\"votes\":{\"count\":"
	"2}},\"expulsion\":{\"votes\":{\"fraction\":\"2/3\"}},\"voting\":{\"scheme\":\"plain\",\"term\":604800,\"change\":false"
	",\"show\":\"votes\"},\"membership\":{\"life\":604800,\"keys\":[\"Ed25519\",\"P-256\"],\"names\":\"none\",\"overlay\":\"ov"
	"erlay.example\"},\"freshness\":{\"update\":3600,\"grace\":86400,\"unknown\":\"refuse\"},\"records\":{\"visible\":\"e"
	"veryone\"},\"tests\":[{\"name\":\"two are enough\",\"members\":3,\"yes\":2,\"expect\":\"yes\"}]}";
static const char fixed_proposal[] __attribute__((unused)) =
	"{\"kind\":\"gmc-proposal\",\"format\":1,\"genesis\":\"sha256:6b343950255b71ea7d08ba95c5fb35008469712cd41a4503"
	"51d57ddc665ea2f3\",\"charter\":\"sha256:6b343950255b71ea7d08ba95c5fb35008469712cd41a450351d57ddc665ea2f3"
	"\",\"number\":1,\"question\":\"admit\",\"subject\":\"sha256:c006eff358d44daa8f5c07a567bf8e390e90ab40d4ff23c90d"
	"a764935146a27b\",\"key\":\"Gf2sQJiiuNr1QZNioSqXwPQG-mIDE_TkSh2QfIonkqk\",\"member\":\"a9c3f6a729628ad214415a"
	"5ab0d19d47\",\"node\":{\"id\":\"ad6e20ed61f108b41f0dd05bd64484f4\",\"seed\":\"UFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQ"
	"UFBQUFBQUFA\",\"number\":0},\"electorate\":{\"size\":9,\"root\":\"sha256:0c60cea75c964b73cfe76b457c541161c0f48"
	"d5a9eb306ee23eb04891abc5bba\",\"n\":3},\"opened\":1800000062,\"term\":604800}";
static const char *const fixed_thumbs[] __attribute__((unused)) = {
	"gAur_ISElzqptv3IN2FZckzZqo6Sj5h_BpiftY9_Yms",
	"abWjNDovKI924VYWcskLfpUfC_xwaFlwPrSLNolF_4w",
	"8Bpv3nTHfYIap4vwgShrgStwLm3K2jrpwT1HSfyAsII",
};
/* clang-format on */

#endif
