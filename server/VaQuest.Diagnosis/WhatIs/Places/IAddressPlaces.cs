// IAddressPlaces: one kind of place that an address may be in.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>Recognises addresses of its kind. Safe for concurrent use; never throws on data.</summary>
internal interface IAddressPlaces
{
    /// <summary>What is at the address, or null when it is not of this kind.</summary>
    AddressAnswer? Find(VirtAddr address, AddressQuestion question);
}
