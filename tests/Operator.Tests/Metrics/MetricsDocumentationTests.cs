using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Palisade.Kubernetes;
using Palisade.Operator.Hosting;
using Palisade.Operator.Metrics;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Metrics;

/// <summary>docs/metrics.md names every metric, and no other.</summary>
public sealed class MetricsDocumentationTests
{
    [Fact]
    public async Task SectionOperator_NamesEveryMetricAndNoOther()
    {
        // The program makes them as it is put together; nothing is read before it is started.
        await using var program = OperatorHost.Build(new OperatorOptions(), new() { Server = new Uri("https://192.0.2.1") });

        MetricReference.Documented("Operator").ShouldBe(MetricReference.Exposed(OperatorMetrics.MeterName));
    }

    [Fact]
    public void SectionEveryProgram_NamesEveryMetricAndNoOther()
    {
        foreach (var type in typeof(KubernetesMeter).Assembly.GetTypes().Where(IsMeasured))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        MetricReference.Documented("Every program").ShouldBe(MetricReference.Exposed(KubernetesMeter.Name));
    }

    /// <summary>Whether a class keeps instruments of its own; they are made when it is first used.</summary>
    private static bool IsMeasured(Type type) =>
        !type.ContainsGenericParameters
        && type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            .Any(field => field.FieldType.IsAssignableTo(typeof(Instrument)));
}
