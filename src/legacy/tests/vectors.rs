//! Texts of the original applications.

pub(super) const SECRET: &str = "a legacy key";
pub(super) const LATIN: &str = "cl\u{e9}";

/// When the sessions below were signed.
pub(super) const THEN: u64 = 1_800_000_000;

/// Tokens of Flask-Login 0.6.3 with Werkzeug 3.1.9, and
/// Starlette-Login 1.0.4 with Python's own cookies.
pub(super) const TOKENS: &[(&str, &str, &str)] = &[
    (
        SECRET,
        "42",
        "42|452b72980bcd17fec6fb70d3159943b7665f059605c6331a4f83b82d1ada197597341ec1d31858d7e2b0154ded52bc7f2aea9bb2c7e7dab2cfd449d3c8328992",
    ),
    (
        SECRET,
        "a|b",
        "a|b|6a7fdbb7838c5c6c2c07c14221a0c300cd4bac8539db99786a2d824bc0804f442fef5593e30cee69de467e270fc3c765e58b0aeffee32809d810636a03f3b468",
    ),
    (
        SECRET,
        "alice@example.org",
        "alice@example.org|0770d02f0f0ac733330a032913e24c55d9f3c5002ffc9ac1618146051cc22d47c4cec0c14576c6a0037c786d283528547289f7107dfe9fd2c4149ad8c86fa326",
    ),
    (
        SECRET,
        "a,b;c\"d\\e",
        r#""a\054b\073c\"d\\e|fa0e5541f94b6c1226ea508a0f731736290846dc26f5addd65297da1f1fe1a3346206ae88660fa379a726593e31c889655accef85b96dc9833437e8cf472d2f1""#,
    ),
    (
        SECRET,
        "a b",
        r#""a b|6b3c02a350f9cb7b670eb0653d4b2cd0f666426e92f37651fec8b88847a1b257aab16dd34038529981f2a587859595409e654c31c21f3ba678f50dc47bddbd51""#,
    ),
    (
        LATIN,
        "42",
        "42|46734dc73c6e9209d36afd754ab01092ff819694ada592f1d60ff806bbfc4c941db2800c565df9f8bebc90ec0709ef09bd878bff9a3684b9bc2cacb0e567ef91",
    ),
];

/// The same, in the spelling of one of the two alone.
pub(super) const READ_ONLY: &[(&str, &str)] = &[
    (
        "alice@example.org",
        r#""alice@example.org|0770d02f0f0ac733330a032913e24c55d9f3c5002ffc9ac1618146051cc22d47c4cec0c14576c6a0037c786d283528547289f7107dfe9fd2c4149ad8c86fa326""#,
    ),
    (
        "\u{df}|\u{e9}",
        r#""\303\237|\303\251|434602b4d74b17b95dc2643d20d81a13aa1d9218452f6f51d262765643da038e297a22ab266553a51215c1b3e5d469e82b837cf5460d78d44ba6fb699a82a0c5""#,
    ),
    (
        "\u{df}|\u{e9}",
        r#""\337|\351|434602b4d74b17b95dc2643d20d81a13aa1d9218452f6f51d262765643da038e297a22ab266553a51215c1b3e5d469e82b837cf5460d78d44ba6fb699a82a0c5""#,
    ),
];

/// Sessions of Flask 3.1.3 and Starlette 1.10.0.
pub(super) const SESSIONS: &[(&str, &str, &str)] = &[
    (
        SECRET,
        "42",
        "eyJfdXNlcl9pZCI6IjQyIiwiX2ZyZXNoIjp0cnVlLCJfaWQiOiJhYiJ9.a0nSAA.mwafKE4sURLWnGz54Bpca8lNFXc",
    ),
    (
        SECRET,
        "7",
        "eyJfdXNlcl9pZCI6N30.a0nSAA.k8v8j23JseYBbxDjZEXmGOxb3Go",
    ),
    (
        SECRET,
        "00000000-0000-0000-0000-000000000005",
        ".eJyrVoovLU4tis9MUbKqVlIoVbJSMsAPTJVqawGKGg0V.a0nSAA.iQ1nhOkAucI5_exC20UJoc9eEXM",
    ),
    (
        SECRET,
        "42",
        ".eJyrVoovLU4tis9MUbJSMjFS0lFKTiwqUbKKrlZSAFGGOkaxtTrVSolKVkCRJKCiVEdbW6Xa2lgdpQogr3IUDCqgVAsAIyfPnQ.a0nSAA.BNieUvZYVLIeXTgYyG1TmYL1S3I",
    ),
    (
        SECRET,
        "42",
        "eyJfdXNlcl9pZCI6ICI0MiIsICJfZnJlc2giOiB0cnVlfQ==.a0nSAA.ilcZ3HLH41wSDnOLdlgfRKV7Mms",
    ),
    (
        SECRET,
        "7",
        "eyJfdXNlcl9pZCI6IDd9.a0nSAA.cBvxjh4Hjc7-h9lEA6ac2XR7IWk",
    ),
    // The secret as a text, and as its bytes in Latin-1.
    (
        LATIN,
        "42",
        "eyJfdXNlcl9pZCI6IjQyIiwiX2ZyZXNoIjp0cnVlLCJfaWQiOiJhYiJ9.a0nSAA.KXBEKGSfVc_uV7vvjlRgbk_GPew",
    ),
    (
        LATIN,
        "42",
        "eyJfdXNlcl9pZCI6IjQyIiwiX2ZyZXNoIjp0cnVlLCJfaWQiOiJhYiJ9.a0nSAA._jIougKGr-wbCXw4wXxXhTtaNBU",
    ),
];

/// Signed with the right key and another salt.
pub(super) const OTHER_SALT: &str = "eyJfdXNlcl9pZCI6IjQyIn0.a0nSAA.I4NkVnRl8FIn0zvsbBJPqfgeMz0";
