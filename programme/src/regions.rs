//! Cities and counties of Heilongjiang by code and name (`policy/regions.csv`, GB/T 2260).

use std::sync::LazyLock;

use thiserror::Error;

/// How high a region stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionLevel {
    /// 省.
    Province,
    /// 市（地）.
    City,
    /// 县（市、区）.
    County,
}

/// A region of the province.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Six digits.
    pub code: &'static str,
    /// Name without the names above it: 南岗区.
    pub name: &'static str,
    /// Province, city or county.
    pub level: RegionLevel,
    /// Code of the region above; empty for the province.
    pub parent: &'static str,
}

/// Why a text names no region.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RegionError {
    /// No such region.
    #[error("不是黑龙江省的市（地）、县（市、区）；请填名称或六位行政区划代码，如 哈尔滨市、230103")]
    Unknown,
    /// Several counties share the name.
    #[error("有同名的：{0}；请写明所属市（地）或填代码")]
    Ambiguous(String),
}

static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    let lines = include_str!("../../policy/regions.csv").lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.filter_map(parse_line).collect()
});

fn parse_line(line: &'static str) -> Option<Region> {
    let mut cells = line.split(',');
    let (code, name, level, parent) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    let level = match level {
        "province" => RegionLevel::Province,
        "city" => RegionLevel::City,
        _ => RegionLevel::County,
    };
    Some(Region { code, name, level, parent })
}

/// Every region, in the order of codes.
pub fn all() -> &'static [Region] {
    &REGIONS
}

/// The region of a six-digit code.
pub fn by_code(code: &str) -> Option<&'static Region> {
    all().iter().find(|region| region.code == code)
}

/// The region that a code or a name means: `230103`, 南岗区, 哈尔滨市南岗区 or 哈尔滨.
pub fn parse(text: &str) -> Result<&'static Region, RegionError> {
    if let Some(region) = by_code(text) {
        return Ok(region);
    }
    let plain = text.strip_prefix("黑龙江省").filter(|rest| !rest.is_empty()).unwrap_or(text);
    let matching: Vec<_> = all().iter().filter(|region| region.is_called(plain)).collect();
    match matching.as_slice() {
        [] => Err(RegionError::Unknown),
        [region] => Ok(region),
        several => {
            let names: Vec<_> =
                several.iter().map(|region| format!("{}（{}）", region.full_name(), region.code)).collect();
            Err(RegionError::Ambiguous(names.join("、")))
        }
    }
}

impl Region {
    /// The name as an address begins: 哈尔滨市南岗区; cities stand alone.
    pub fn full_name(&self) -> String {
        match (self.level, by_code(self.parent)) {
            (RegionLevel::County, Some(city)) => format!("{}{}", city.name, self.name),
            _ => self.name.to_owned(),
        }
    }

    fn is_called(&self, name: &str) -> bool {
        let short = self.name.strip_suffix('市').filter(|_| self.level == RegionLevel::City);
        self.name == name || short == Some(name) || self.level == RegionLevel::County && self.full_name() == name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_135_regions_are_read_and_each_has_its_parent() {
        assert_eq!(all().len(), 135);
        assert!(all().iter().all(|region| region.parent.is_empty() || by_code(region.parent).is_some()));
    }

    #[test]
    fn every_region_is_found_by_its_full_name_and_its_code() {
        for region in all() {
            assert_eq!(parse(region.code), Ok(region));
            assert_eq!(parse(&region.full_name()), Ok(region));
        }
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        for name in ["哈尔滨", "哈尔滨市", "黑龙江省哈尔滨市", "230100"] {
            assert_eq!(parse(name).unwrap().code, "230100");
        }
        assert_eq!(parse("南岗区").unwrap().code, "230103");
    }

    #[test]
    fn a_name_that_several_counties_share_is_refused_with_all_of_them() {
        let message = parse("向阳区").unwrap_err().to_string();
        assert_eq!(message, "有同名的：鹤岗市向阳区（230402）、佳木斯市向阳区（230803）；请写明所属市（地）或填代码");
    }

    #[test]
    fn a_region_of_another_province_is_refused() {
        assert_eq!(parse("220100"), Err(RegionError::Unknown));
    }
}
