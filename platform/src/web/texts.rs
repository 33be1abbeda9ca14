//! Both languages on one line: every sentence of the pages is a method of [`Texts`], written by [`texts!`](crate::texts!).
//!
//! A method instead of a key looked up at run time: a missing translation, a misspelt name or a missing argument does not
//! compile. Each page declares its own texts beside its handler; names are shared by the whole crate, so a page's texts
//! begin with the page's noun. Turned down: Fluent or gettext files, whose gaps show only when a page is opened.

/// The language of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// 中文, the language that decides.
    #[default]
    Chinese,
    /// English, by switch.
    English,
}

impl Lang {
    /// Every language, Chinese first.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The short name kept in the cookie and sent by the form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    /// The value of the page's `lang` attribute (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The language's name in itself, for the switch.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Chinese => "中文",
            Self::English => "English",
        }
    }
}

/// The texts of one page in its language; page structs hold it as `t`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// The language that the methods answer in.
    pub lang: Lang,
}

impl Texts {
    /// The texts in `lang`.
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }
}

/// Whether a format string names an argument: `{name}` or `{name:…}`. Used by [`texts!`](crate::texts!) when compiling.
pub const fn mentions(format: &str, name: &str) -> bool {
    let (format, name) = (format.as_bytes(), name.as_bytes());
    let mut start = 0;
    while start + name.len() + 1 < format.len() {
        if format[start] == b'{' && is_at(format, start + 1, name) {
            return true;
        }
        start += 1;
    }
    false
}

const fn is_at(format: &[u8], start: usize, name: &[u8]) -> bool {
    let mut at = 0;
    while at < name.len() {
        if format[start + at] != name[at] {
            return false;
        }
        at += 1;
    }
    matches!(format[start + name.len()], b'}' | b':')
}

/// Declares texts as methods of [`Texts`](crate::web::texts::Texts): a name, the Chinese, the English.
///
/// ```
/// use platform::texts;
/// # enum Lang { Chinese, English }
/// # struct Texts { lang: Lang }
/// texts! {
///     submit_need: "提交需求", "Submit need";
///     days_left(n: u32): "还剩 {n} 个工作日", "{n} working days left";
/// }
/// assert_eq!(Texts { lang: Lang::Chinese }.submit_need(), "提交需求");
/// assert_eq!(Texts { lang: Lang::English }.days_left(3), "3 working days left");
/// ```
///
/// A missing translation does not compile:
///
/// ```compile_fail
/// use platform::texts;
/// # enum Lang { Chinese, English }
/// # struct Texts { lang: Lang }
/// texts! { submit_need: "提交需求"; }
/// ```
///
/// Nor does an argument that only one of the languages uses, nor one that was not declared:
///
/// ```compile_fail
/// use platform::texts;
/// # enum Lang { Chinese, English }
/// # struct Texts { lang: Lang }
/// texts! { days_left(n: u32): "还剩 {n} 个工作日", "some working days left"; }
/// Texts { lang: Lang::English }.days_left(3);
/// ```
///
/// ```compile_fail
/// use platform::texts;
/// # enum Lang { Chinese, English }
/// # struct Texts { lang: Lang }
/// texts! { days_left(n: u32): "还剩 {n} 个工作日", "{days} working days left"; }
/// ```
#[macro_export]
macro_rules! texts {
    () => {};
    ($name:ident : $chinese:literal, $english:literal ; $($rest:tt)*) => {
        impl Texts {
            #[doc = $chinese]
            pub const fn $name(&self) -> &'static str {
                match self.lang {
                    Lang::Chinese => $chinese,
                    Lang::English => $english,
                }
            }
        }
        $crate::texts! { $($rest)* }
    };
    ($name:ident ( $($argument:ident : $kind:ty),+ ) : $chinese:literal, $english:literal ; $($rest:tt)*) => {
        impl Texts {
            #[doc = $chinese]
            pub fn $name(&self, $($argument: $kind),+) -> String {
                const {
                    $(
                        assert!($crate::web::texts::mentions($chinese, stringify!($argument)), "an argument is missing");
                        assert!($crate::web::texts::mentions($english, stringify!($argument)), "an argument is missing");
                    )+
                }
                match self.lang {
                    Lang::Chinese => format!($chinese),
                    Lang::English => format!($english),
                }
            }
        }
        $crate::texts! { $($rest)* }
    };
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn an_argument_is_mentioned_by_its_whole_name() {
        assert!(mentions("还剩 {n} 个", "n") && mentions("{n}", "n") && mentions("{n:.1} 分", "n"));
        assert!(
            !mentions("还剩 {name} 个", "n")
                && !mentions("还剩 n 个", "n")
                && !mentions("{n", "n")
                && !mentions("", "n")
        );
    }
}
