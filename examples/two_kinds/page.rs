//! Pages, as plain as they can be.

use rocket::Responder;
use rocket::http::RawStr;
use rocket::response::content::RawHtml;

#[derive(Responder)]
pub(crate) struct Page(RawHtml<String>);

impl Page {
    pub(crate) fn of(title: &str, text: &str) -> Self {
        let (title, text) = (escaped(title), escaped(text));
        Self(RawHtml(format!(
            r#"<!DOCTYPE html><html lang="en"><meta charset="utf-8">
            <meta name="viewport" content="width=device-width"><title>{title}</title>
            <h1>{title}</h1><p>{text}</p>"#
        )))
    }

    pub(crate) fn with_button(self, action: &str, label: &str) -> Self {
        let (action, label) = (escaped(action), escaped(label));
        let form =
            format!(r#"<form method="post" action="{action}"><button>{label}</button></form>"#);
        Self(RawHtml(self.0.0 + &form))
    }

    /// A login form. It is sent to the address it came from, and `next` stays in there.
    pub(crate) fn login(title: &str, was_wrong: bool) -> Self {
        let text = match was_wrong {
            true => "This name and this password do not belong together.",
            false => "Who are you?",
        };
        let form = r#"<form method="post">
            <p><label>Name <input name="name" autocomplete="username" required></label></p>
            <p><label>Password <input name="password" type="password"
            autocomplete="current-password" required></label></p>
            <p><button>Log in</button></p></form>"#;
        let page = Self::of(title, text);
        Self(RawHtml(page.0.0 + form))
    }
}

fn escaped(text: &str) -> String {
    RawStr::new(text).html_escape().to_string()
}
