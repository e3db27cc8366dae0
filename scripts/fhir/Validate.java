import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/**
 * Validates FHIR R4 resources with HAPI's validator: each file is one resource, or one on each line (.ndjson).
 *
 * Prints each message of the severity "warning" and above, once, with where it was met first and how often, and ends
 * with 1 if there was an error. Nothing is fetched: structures and terminology are R4's, as they stand in HAPI's jars.
 */
public class Validate {
    public static void main(String[] files) throws Exception {
        FhirContext r4 = FhirContext.forR4();
        ValidationSupportChain support = new ValidationSupportChain(
                new DefaultProfileValidationSupport(r4),
                new CommonCodeSystemsTerminologyService(r4),
                new InMemoryTerminologyServerValidationSupport(r4),
                new SnapshotGeneratingValidationSupport(r4));
        FhirValidator validator = r4.newValidator();
        validator.registerValidatorModule(new FhirInstanceValidator(support));
        int resources = 0, errors = 0;
        Map<String, Integer> met = new LinkedHashMap<>();
        Map<String, String> first = new LinkedHashMap<>();
        for (String name : files) {
            Path path = Path.of(name);
            List<String> texts = name.endsWith(".ndjson") ? Files.readAllLines(path) : List.of(Files.readString(path));
            for (String text : texts) {
                resources++;
                for (SingleValidationMessage message : validator.validateWithResult(text).getMessages()) {
                    if (message.getSeverity().compareTo(ResultSeverityEnum.WARNING) < 0) continue;
                    if (message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0) errors++;
                    String said = message.getSeverity() + ": " + message.getMessage();
                    said = said.replaceFirst(" for '[^']*#", " for '#"); // where it stands is no part of what it says
                    met.merge(said, 1, Integer::sum);
                    first.putIfAbsent(said, path.getFileName() + ", " + message.getLocationString());
                }
            }
        }
        met.forEach((said, times) -> System.out.printf("%s%n  %d times, first in %s%n", said, times, first.get(said)));
        System.out.printf("%d resources, %d errors%n", resources, errors);
        System.exit(errors > 0 || resources == 0 ? 1 : 0);
    }
}
