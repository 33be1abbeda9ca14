//! The offices that run the programme, as a tree: the province, its cities, their counties (一: three levels on one system).
//!
//! Offices follow from the regions and need no table: a city has its science and its industry bureau, a county its helper.
//! Sending units and enterprises are records of their own; an enterprise stands below its city or, by the chain of control,
//! below 省国资委 (`rules::route`).

use crate::access::Role;
use crate::regions::{self, Region, RegionLevel};

/// One office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// What it is called: 哈尔滨市科技局.
    pub name: String,
    /// The role of its accounts.
    pub role: Role,
    /// What its accounts are bound to: the code of a city or county, nothing for the province's.
    pub binding: Option<&'static str>,
    /// Name of the office above it; the province's stand at the top.
    pub above: Option<String>,
}

/// Roles of offices.
pub const ROLES: [Role; 7] = [
    Role::Province,
    Role::EducationDepartment,
    Role::IndustryDepartment,
    Role::Sasac,
    Role::CityScience,
    Role::CityIndustry,
    Role::County,
];

/// Every office: the province's first, then city by city, each followed by its counties.
pub fn offices() -> Vec<Office> {
    let of_province = ROLES[..4].iter().map(|&role| office(role, None, role.chinese().to_owned(), None));
    let regions = regions::all().iter();
    let of_regions = regions.flat_map(|region| match region.level {
        RegionLevel::Province => Vec::new(),
        RegionLevel::City => vec![
            office(Role::CityScience, Some(region), science(region), Some(Role::Province.chinese().to_owned())),
            office(
                Role::CityIndustry,
                Some(region),
                format!("{}工信局", region.name),
                Some(Role::IndustryDepartment.chinese().to_owned()),
            ),
        ],
        RegionLevel::County => {
            let name = format!("{}经办", region.full_name());
            vec![office(Role::County, Some(region), name, regions::by_code(region.parent).map(science))]
        }
    });
    of_province.chain(of_regions).collect()
}

fn science(city: &Region) -> String {
    format!("{}科技局", city.name)
}

fn office(role: Role, region: Option<&Region>, name: String, above: Option<String>) -> Office {
    Office { name, role, binding: region.map(|region| region.code), above }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::access::Actor;

    #[test]
    fn every_city_has_two_bureaus_and_every_county_a_helper() {
        let offices = offices();
        let count = |role| offices.iter().filter(|office| office.role == role).count();
        let regions = |level| regions::all().iter().filter(|region| region.level == level).count();
        assert_eq!((count(Role::CityScience), count(Role::CityIndustry)), (13, 13));
        assert_eq!(regions(RegionLevel::City), 13);
        assert_eq!(count(Role::County), regions(RegionLevel::County));
    }

    #[test]
    fn every_office_can_have_an_account_and_stands_below_another_but_the_provinces() {
        let offices = offices();
        let names: BTreeSet<&str> = offices.iter().map(|office| office.name.as_str()).collect();
        assert_eq!(names.len(), offices.len(), "names are used once");
        for office in &offices {
            assert!(Actor::new("someone", office.role, office.binding).is_ok(), "{}", office.name);
            match &office.above {
                Some(above) => assert!(names.contains(above.as_str()), "{}", office.name),
                None => assert_eq!(office.binding, None, "{}", office.name),
            }
        }
    }

    #[test]
    fn offices_are_called_as_people_call_them() {
        let named = |binding| offices().into_iter().find(|office| office.binding == Some(binding)).unwrap();
        insta::assert_snapshot!(named("230200").name, @"齐齐哈尔市科技局");
        insta::assert_snapshot!(named("230230").name, @"齐齐哈尔市克东县经办");
        insta::assert_snapshot!(named("230230").above.unwrap(), @"齐齐哈尔市科技局");
    }
}
